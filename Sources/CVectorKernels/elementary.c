// exp and ln over arrays.
#include "elementary.h"
#include "elementary_inline.h"
#include "vk_target.h"

#pragma clang fp contract(fast)

VK_CLONES
void vk_exp_f64(size_t n, const double *restrict x, double *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] = exp_safe(x[i]);
}

VK_CLONES
void vk_log_f64(size_t n, const double *restrict x, double *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] = log_one(x[i]);
}

VK_CLONES
double vk_dot_f64(size_t n, const double *restrict x, const double *restrict y) {
  // Eight fixed partial sums: the order does not depend on the vector width.
  double part[8] = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int j = 0; j < 8; j++) part[j] += x[i + j] * y[i + j];
  for (int j = 0; i < n; i++, j++) part[j] += x[i] * y[i];
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}
