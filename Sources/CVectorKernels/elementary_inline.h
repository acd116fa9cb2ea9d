// exp and ln in double precision by range reduction and polynomials: branch-free, so that loops
// over them vectorise. The exp coefficients are 1/k!, the ln series is that of 2 artanh(s).
#pragma once
#include <stdint.h>
#include <string.h>

#pragma clang fp contract(fast)

static inline double bits_to_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint64_t double_to_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double exp_one(double x) {
  const double log2e = 1.4426950408889634074;
  const double ln2_high = 6.93147180369123816490e-01; // 33 bits: k * ln2_high is exact
  const double ln2_low = 1.90821492927058770002e-10;
  const double shift = 0x1.8p52; // adding it rounds to the nearest integer
  double clamped = x < -745.2 ? -745.2 : (x > 709.8 ? 709.8 : x);
  double rounded = clamped * log2e + shift;
  double k = rounded - shift;
  double r = (clamped - k * ln2_high) - k * ln2_low; // |r| <= ln2 / 2
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  double value = 1.0 + (r + r * r * p);
  // 2^k in two factors, so that results near the ends of the range are right.
  int64_t whole = (int64_t)(double_to_bits(rounded) << 13) >> 13;
  int64_t half = whole >> 1;
  double scale1 = bits_to_double((uint64_t)(half + 1023) << 52);
  double scale2 = bits_to_double((uint64_t)(whole - half + 1023) << 52);
  return value * scale1 * scale2;
}

static inline double exp_safe(double x) {
  double value = exp_one(x);
  return x > 709.782712893384 ? __builtin_inf() : (x < -745.1332191019412 ? 0.0 : value);
}

// 2/3 + 2/5 z + 2/7 z^2 + ...
static inline double log_series(double z) {
  double p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  return p;
}

// ln(1 + f) - f, with its relative accuracy, for f in [sqrt(1/2) - 1, sqrt(2) - 1]: with
// s = f / (2 + f) and z = s^2, ln(1 + f) = f - f^2/2 + s (f^2/2 + z p), where z p continues the
// series of 2 artanh(s).
static inline double log1p_minus_one(double f) {
  double s = f / (2.0 + f);
  double z = s * s;
  double half = 0.5 * f * f;
  return s * (half + z * log_series(z)) - half;
}

static inline double log_one(double x) {
  const double ln2_high = 6.93147180369123816490e-01;
  const double ln2_low = 1.90821492927058770002e-10;
  uint64_t bits = double_to_bits(x);
  // Mantissa m in [sqrt(1/2), sqrt(2)), x = 2^k m.
  uint64_t offset = bits - 0x3fe6a09e667f3bcdull;
  int64_t k = (int64_t)offset >> 52;
  double m = bits_to_double(bits - ((uint64_t)k << 52));
  // k as a double without an integer conversion (which AVX2 lacks for 64 bits).
  double kd = bits_to_double(0x4338000000000000ull + (uint64_t)k) - 0x1.8p52;
  double f = m - 1.0;
  double s = f / (2.0 + f);
  double z = s * s;
  double p = log_series(z);
  // ln(1+f) = f - (f^2/2 - s (f^2/2 + z p)): the large parts cancel exactly.
  double half = 0.5 * f * f;
  return kd * ln2_high - ((half - (s * (half + z * p) + kd * ln2_low)) - f);
}
