// Sums over a series that its moments and autocovariances are made of.
#include "series.h"
#include "vk_target.h"
#include <string.h>

#pragma clang fp contract(fast)

enum { LANES = 8, LAGS = 8 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8)));

#define LOAD(p) (*(const lanes *)(p))
// A macro, because vectors that are arguments would tie a function to one instruction set.
#define TOTAL(v) ((((v)[0] + (v)[1]) + ((v)[2] + (v)[3])) + (((v)[4] + (v)[5]) + ((v)[6] + (v)[7])))

VK_CLONES
vk_extent vk_extent_f64(size_t n, const double *restrict x) {
  double sums[LANES] = {0}, low[LANES], high[LANES];
  for (int j = 0; j < LANES; j++) low[j] = high[j] = x[0];
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int j = 0; j < LANES; j++) {
      double v = x[i + j];
      sums[j] += v;
      low[j] = v < low[j] ? v : low[j];
      high[j] = v > high[j] ? v : high[j];
    }
  for (int j = 0; i < n; i++, j++) {
    sums[j] += x[i];
    low[j] = x[i] < low[j] ? x[i] : low[j];
    high[j] = x[i] > high[j] ? x[i] : high[j];
  }
  for (int j = 1; j < LANES; j++) {
    low[0] = low[j] < low[0] ? low[j] : low[0];
    high[0] = high[j] > high[0] ? high[j] : high[0];
  }
  return (vk_extent){TOTAL(sums), low[0], high[0]};
}

VK_CLONES
vk_sums vk_centre_f64(size_t n, const double *x, double mean, double *y) {
  lanes sums = {0}, squares = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    lanes v = LOAD(x + i) - mean;
    *(lanes *)(y + i) = v;
    sums += v;
    squares += v * v;
  }
  for (int j = 0; i < n; i++, j++) {
    double v = x[i] - mean;
    y[i] = v;
    sums[j] += v;
    squares[j] += v * v;
  }
  return (vk_sums){TOTAL(sums), TOTAL(squares)};
}

VK_CLONES
vk_sums vk_squared_distance_f64(
    size_t n, const double *restrict x, double centre, double *restrict y) {
  lanes sums = {0}, squares = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    lanes d = LOAD(x + i) - centre;
    lanes v = d * d;
    *(lanes *)(y + i) = v;
    sums += v;
    squares += v * v;
  }
  for (int j = 0; i < n; i++, j++) {
    double v = (x[i] - centre) * (x[i] - centre);
    y[i] = v;
    sums[j] += v;
    squares[j] += v * v;
  }
  return (vk_sums){TOTAL(sums), TOTAL(squares)};
}

VK_CLONES
void vk_not_above_f64(size_t n, const double *restrict x, double limit, double *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] <= limit ? 1.0 : 0.0;
}

VK_CLONES
void vk_lag_sums_f64(size_t n, const double *restrict y, size_t first, double *restrict out) {
  lanes part[LAGS] = {0};
  size_t i = 0;
  for (; i + LANES + first + LAGS - 1 <= n; i += LANES) {
    lanes a = LOAD(y + i);
    const double *b = y + i + first;
    for (int t = 0; t < LAGS; t++) part[t] += a * LOAD(b + t);
  }
  for (int t = 0; t < LAGS; t++) {
    double rest = 0;
    for (size_t k = i; k + first + (size_t)t < n; k++) rest += y[k] * y[k + first + (size_t)t];
    out[t] = TOTAL(part[t]) + rest;
  }
}

VK_CLONES
void vk_order_keys_f64(
    size_t n, const double *restrict x, double low, double scale, uint64_t *restrict keys) {
  if (n == 0) return;
  keys[0] = (uint64_t)(uint32_t)((x[0] - low) * scale) << 33;
  for (size_t i = 1; i < n; i++) {
    uint64_t key = (uint64_t)(uint32_t)((x[i] - low) * scale) << 1 | (x[i] == x[i - 1] ? 1 : 0);
    keys[i] = key << 32 | i;
  }
}
