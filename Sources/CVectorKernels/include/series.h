#pragma once
#include <stddef.h>
#include <stdint.h>

// Sums of these functions are in an order that depends on n alone.

typedef struct {
  double sum, low, high;
} vk_extent;

typedef struct {
  double sum, squares;
} vk_sums;

// Sum, least and greatest of x; n >= 1.
vk_extent vk_extent_f64(size_t n, const double *x);

// y[i] = x[i] - mean; the sums of y and of y^2. y may be x.
vk_sums vk_centre_f64(size_t n, const double *x, double mean, double *y);

// y[i] = (x[i] - centre)^2; the sums of y and of y^2.
vk_sums vk_squared_distance_f64(size_t n, const double *x, double centre, double *y);

// y[i] = x[i] <= limit ? 1 : 0.
void vk_not_above_f64(size_t n, const double *x, double limit, double *y);

// out[t] = sum of y[i] y[i + first + t] over i + first + t < n, for t = 0 ... 7.
void vk_lag_sums_f64(size_t n, const double *y, size_t first, double *out);

// keys[i] = floor((x[i] - low) scale) in the upper 31 bits, whether x[i] equals x[i - 1] in the next,
// i in the lower half; the first must lie between 0 and 2^31 - 1.
void vk_order_keys_f64(size_t n, const double *x, double low, double scale, uint64_t *keys);
