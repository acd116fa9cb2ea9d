// Normal numbers in bulk: Philox4x32-10 (Salmon et al., doi:10.1145/2063384.2063405) and the
// transform of Box and Muller, many counters side by side.
#include "normals.h"
#include "elementary_inline.h"
#include "vk_target.h"
#include <math.h>

#pragma clang fp contract(fast)

enum { LANES = 16 };

// sin and cos of 2 pi u for u in [0, 1], from the Taylor series on an eighth of the circle.
VK_INLINE void circle(double u, double *sine, double *cosine) {
  const double shift = 0x1.8p52; // adding it rounds to the nearest integer
  double rounded = 4.0 * u + shift;
  double quarter = rounded - shift;
  double t = 6.283185307179586476925 * (u - 0.25 * quarter); // |t| <= pi / 4
  double z = t * t;
  double s = 1.0 / 6227020800.0;
  s = s * z - 1.0 / 39916800.0;
  s = s * z + 1.0 / 362880.0;
  s = s * z - 1.0 / 5040.0;
  s = s * z + 1.0 / 120.0;
  s = s * z - 1.0 / 6.0;
  s = t + t * z * s;
  double c = 1.0 / 20922789888000.0;
  c = c * z - 1.0 / 87178291200.0;
  c = c * z + 1.0 / 479001600.0;
  c = c * z - 1.0 / 3628800.0;
  c = c * z + 1.0 / 40320.0;
  c = c * z - 1.0 / 720.0;
  c = c * z + 1.0 / 24.0;
  c = c * z - 0.5;
  c = 1.0 + z * c;
  uint64_t q = double_to_bits(rounded);
  double a = (q & 1) ? c : s;
  double b = (q & 1) ? s : c;
  *sine = (q & 2) ? -a : a;
  *cosine = ((q + 1) & 2) ? -b : b;
}

// 52 bits in the middle of their cell: never 0, never 1.
VK_INLINE double unit(uint32_t low, uint32_t high) {
  uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
  return bits_to_double(bits | 0x3ff0000000000000ull) - (1.0 - 0x1p-53);
}

VK_CLONES
void vk_normals_f64(
    size_t n, uint32_t key0, uint32_t key1, uint32_t walker, uint32_t step, double *restrict y) {
  for (size_t first = 0; first < n; first += 2 * LANES) {
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    for (int i = 0; i < LANES; i++) {
      c0[i] = (uint32_t)(first / 2) + (uint32_t)i;
      c1[i] = 0;
      c2[i] = walker;
      c3[i] = step;
    }
    uint32_t k0 = key0, k1 = key1;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < LANES; i++) {
        uint64_t p0 = (uint64_t)c0[i] * 0xD2511F53u;
        uint64_t p1 = (uint64_t)c2[i] * 0xCD9E8D57u;
        c0[i] = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
        c1[i] = (uint32_t)p1;
        c2[i] = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
        c3[i] = (uint32_t)p0;
      }
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    double pairs[2 * LANES];
    for (int i = 0; i < LANES; i++) {
      double radius = sqrt(-2.0 * log_one(unit(c0[i], c1[i])));
      double sine, cosine;
      circle(unit(c2[i], c3[i]), &sine, &cosine);
      pairs[2 * i] = radius * cosine;
      pairs[2 * i + 1] = radius * sine;
    }
    size_t count = n - first < 2 * LANES ? n - first : 2 * LANES;
    memcpy(y + first, pairs, count * sizeof *y);
  }
}
