// Network kernels in double precision.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang fp contract(fast)

#define REAL double
#define NAME(base) base##_f64

// exp(x) = scale + scale * p, with scale a power of two; x is clamped to the range of normal
// results.
static inline void exp_parts(REAL x, REAL *scale, REAL *p_out) {
  const REAL low = -708.0, high = 709.0;
  const REAL shift = 0x1.8p52; // adding it rounds to the nearest integer
  REAL clamped = x < low ? low : (x > high ? high : x);
  REAL rounded = clamped * (REAL)1.4426950408889634074 + shift;
  REAL k = rounded - shift;
  // ln 2 in two parts, of which k times the first is exact; |r| <= ln 2 / 2.
  REAL r = (clamped - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
  REAL p = (REAL)(1.0 / 6227020800.0);
  p = p * r + (REAL)(1.0 / 479001600.0);
  p = p * r + (REAL)(1.0 / 39916800.0);
  p = p * r + (REAL)(1.0 / 3628800.0);
  p = p * r + (REAL)(1.0 / 362880.0);
  p = p * r + (REAL)(1.0 / 40320.0);
  p = p * r + (REAL)(1.0 / 5040.0);
  p = p * r + (REAL)(1.0 / 720.0);
  p = p * r + (REAL)(1.0 / 120.0);
  p = p * r + (REAL)(1.0 / 24.0);
  p = p * r + (REAL)(1.0 / 6.0);
  p = p * r + (REAL)(1.0 / 2.0);
  *p_out = r + r * r * p; // exp(r) - 1
  uint64_t bits;
  memcpy(&bits, &rounded, sizeof bits);
  bits = (bits + 1023) << 52;
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
  REAL p = (REAL)(2.0 / 35.0);
  p = p * z + (REAL)(2.0 / 33.0);
  p = p * z + (REAL)(2.0 / 31.0);
  p = p * z + (REAL)(2.0 / 29.0);
  p = p * z + (REAL)(2.0 / 27.0);
  p = p * z + (REAL)(2.0 / 25.0);
  p = p * z + (REAL)(2.0 / 23.0);
  p = p * z + (REAL)(2.0 / 21.0);
  p = p * z + (REAL)(2.0 / 19.0);
  p = p * z + (REAL)(2.0 / 17.0);
  p = p * z + (REAL)(2.0 / 15.0);
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
// 60-digit arithmetic, largest relative error 7e-18.
static inline REAL normal_cdf(REAL x, REAL exponential) {
  REAL u = (x < 0 ? -x : x) * (REAL)0.70710678118654752440;
  REAL t = (u - 3) / (u + 3);
  REAL p = (REAL)8.3937348586908775496e-10;
  p = p * t + (REAL)9.8625335103455875929e-10;
  p = p * t + (REAL)-8.2175950587114538556e-9;
  p = p * t + (REAL)-1.3312919661038687714e-8;
  p = p * t + (REAL)4.1064013667940352768e-8;
  p = p * t + (REAL)1.0183620603842736649e-7;
  p = p * t + (REAL)-1.4047654315428462329e-7;
  p = p * t + (REAL)-6.1660114603987259305e-7;
  p = p * t + (REAL)3.5576086684080594355e-7;
  p = p * t + (REAL)3.4723709449771681704e-6;
  p = p * t + (REAL)-7.3082814687836139291e-7;
  p = p * t + (REAL)-0.000020100542268525610943;
  p = p * t + (REAL)4.9491966499683453145e-6;
  p = p * t + (REAL)0.00012509934245837290944;
  p = p * t + (REAL)-0.00010515971958448064841;
  p = p * t + (REAL)-0.00077983226965433065201;
  p = p * t + (REAL)0.0018886903449991718495;
  p = p * t + (REAL)0.0025293918156939695289;
  p = p * t + (REAL)-0.023770514917171336801;
  p = p * t + (REAL)0.068308027344009903797;
  p = p * t + (REAL)-0.11927366341538638408;
  p = p * t + (REAL)0.12964515870275939232;
  p = p * t + (REAL)-0.047562294353449196685;
  p = p * t + (REAL)-0.13562110612458115851;
  p = p * t + (REAL)1.2530080582697296471;
  REAL tail = (REAL)0.5 * exponential * p / (1 + 2 * u);
  return x < 0 ? tail : 1 - tail;
}

#include "network_kernels_template.h"
