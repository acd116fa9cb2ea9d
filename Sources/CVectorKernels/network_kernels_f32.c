// Network kernels in single precision.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang fp contract(fast)

#define REAL float
#define NAME(base) base##_f32

// exp(x) = scale + scale * p, with scale a power of two; x is clamped to the range of normal
// results.
static inline void exp_parts(REAL x, REAL *scale, REAL *p_out) {
  const REAL low = -87.0f, high = 88.0f;
  const REAL shift = 0x1.8p23f; // adding it rounds to the nearest integer
  REAL clamped = x < low ? low : (x > high ? high : x);
  REAL rounded = clamped * (REAL)1.4426950408889634074 + shift;
  REAL k = rounded - shift;
  // ln 2 in two parts, of which k times the first is exact; |r| <= ln 2 / 2.
  REAL r = (clamped - k * 0.693359375f) - k * -2.12194440e-4f;
  REAL p = (REAL)(1.0 / 5040.0);
  p = p * r + (REAL)(1.0 / 720.0);
  p = p * r + (REAL)(1.0 / 120.0);
  p = p * r + (REAL)(1.0 / 24.0);
  p = p * r + (REAL)(1.0 / 6.0);
  p = p * r + (REAL)(1.0 / 2.0);
  *p_out = r + r * r * p; // exp(r) - 1
  uint32_t bits;
  memcpy(&bits, &rounded, sizeof bits);
  bits = (bits + 127) << 23;
  memcpy(scale, &bits, sizeof *scale);
}

static inline REAL exp_one(REAL x) {
  REAL scale, p;
  exp_parts(x, &scale, &p);
  return scale + scale * p;
}

// exp(x) - 1 without cancellation near zero.
static inline REAL expm1_one(REAL x) {
  REAL scale, p;
  exp_parts(x, &scale, &p);
  return scale * p + (scale - 1);
}

// ln(1 + u) for 0 <= u <= 1: twice the series of artanh(u / (2 + u)).
static inline REAL log1p_unit(REAL u) {
  REAL s = u / (2 + u);
  REAL z = s * s;
  REAL p = (REAL)(2.0 / 15.0);
  p = p * z + (REAL)(2.0 / 13.0);
  p = p * z + (REAL)(2.0 / 11.0);
  p = p * z + (REAL)(2.0 / 9.0);
  p = p * z + (REAL)(2.0 / 7.0);
  p = p * z + (REAL)(2.0 / 5.0);
  p = p * z + (REAL)(2.0 / 3.0);
  return s * (2 + z * p);
}

// The standard normal distribution function, given exp(-x^2 / 2), from
// (1 + 2u) exp(u^2) erfc(u) with u = |x| / sqrt 2 as a polynomial in t = (u - 3)/(u + 3)
// (Shepherd, Laframboise, Math. Comp. 36 (1981) 249). The coefficients are a Chebyshev fit made in
// 60-digit arithmetic, largest relative error 5e-9.
static inline REAL normal_cdf(REAL x, REAL exponential) {
  REAL u = (x < 0 ? -x : x) * (REAL)0.70710678118654752440;
  REAL t = (u - 3) / (u + 3);
  REAL p = (REAL)7.731024224e-5;
  p = p * t + (REAL)-9.254516687e-5;
  p = p * t + (REAL)-0.000726453679;
  p = p * t + (REAL)0.001875079124;
  p = p * t + (REAL)0.00249911687;
  p = p * t + (REAL)-0.02376357644;
  p = p * t + (REAL)0.06831656777;
  p = p * t + (REAL)-0.1192752753;
  p = p * t + (REAL)0.1296441143;
  p = p * t + (REAL)-0.04756215693;
  p = p * t + (REAL)-0.1356210694;
  p = p * t + (REAL)1.253008056;
  REAL tail = (REAL)0.5 * exponential * p / (1 + 2 * u);
  return x < 0 ? tail : 1 - tail;
}

#include "network_kernels_template.h"
