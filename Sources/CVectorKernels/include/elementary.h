#pragma once
#include <stddef.h>

// y[i] = exp(x[i]); relative error below 4e-16; 0 below -745, +inf above 709.78; NaN stays NaN.
void vk_exp_f64(size_t n, const double *x, double *y);

// y[i] = ln(x[i]) for normal positive x; relative error below 4e-16. The result for x <= 0,
// subnormal or non-finite x is unspecified: callers test the range.
void vk_log_f64(size_t n, const double *x, double *y);

// Sum of x[i] * y[i], in an order that depends on n alone.
double vk_dot_f64(size_t n, const double *x, const double *y);
