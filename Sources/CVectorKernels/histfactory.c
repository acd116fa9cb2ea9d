#include "histfactory.h"
#include "elementary_inline.h"
#include "vk_target.h"
#include <float.h>
#include <math.h>

#pragma clang fp contract(fast)
// Blocks are only passed to functions that are always inlined: no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

// Blocks of a fixed size, so that short runs of cells are vectorised too and sums have one order.
typedef double block __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t lane_mask __attribute__((ext_vector_type(8), aligned(8)));

VK_INLINE double block_sum(block part) {
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

// The sum of `count` terms, a multiple of VK_LANES, with compensation: in eight lanes, then over
// the lanes. What a sum loses is exact (Knuth).
VK_INLINE double compensated_sum(size_t count, const double *terms) {
  block sum = (block)0.0, lost = (block)0.0;
  for (size_t i = 0; i < count; i += VK_LANES) {
    block term = *(const block *)(terms + i);
    block next = sum + term;
    block part = next - sum;
    lost += (sum - (next - part)) + (term - part);
    sum = next;
  }
  double total = 0, rest = block_sum(lost);
  for (int j = 0; j < VK_LANES; j++) {
    double next = total + sum[j];
    double part = next - total;
    rest += (total - (next - part)) + (sum[j] - part);
    total = next;
  }
  return total + rest;
}

// MARK: shifts

// g(alpha) and its derivative; see histfactory.h.
VK_INLINE void shift_weights(int32_t code, double alpha, double *even, double *slope) {
  double size = alpha < 0 ? -alpha : alpha;
  double sign = alpha < 0 ? -1.0 : 1.0;
  double square = alpha * alpha;
  switch (code) {
  case VK_TEMPLATE_CODE_0:
    *even = 8 * size;
    *slope = 8 * sign;
    return;
  case VK_TEMPLATE_CODE_2:
    *even = size <= 1 ? 8 * square : 8 * (2 * size - 1);
    *slope = 16 * (size <= 1 ? alpha : sign);
    return;
  default:
    *even = size <= 1 ? square * (15 + square * (3 * square - 10)) : 8 * size;
    *slope = size <= 1 ? alpha * (30 + square * (18 * square - 40)) : 8 * sign;
  }
}

VK_INLINE void add_shifts(
    const vk_histfactory_model *m, const double *x, const vk_histfactory_workspace *w) {
  for (size_t k = 0; k < m->shifts; k++) {
    double alpha = x[m->shift_parameter[k]];
    w->shift_odd[k] = alpha;
    shift_weights(m->template_code, alpha, &w->shift_even[k], &w->shift_slope[k]);
  }
  // Block by block, so that a sum stays in registers.
  for (size_t b = 0; b * VK_LANES < m->cells; b++) {
    block sum = *(const block *)(m->nominal + b * VK_LANES);
    for (int32_t e = m->block_entry[b]; e < m->block_entry[b + 1]; e++) {
      const double *table = m->entry_templates + (size_t)e * 2 * VK_LANES;
      int32_t shift = m->entry_shift[e];
      sum += w->shift_odd[shift] * *(const block *)table;
      sum += w->shift_even[shift] * *(const block *)(table + VK_LANES);
    }
    *(block *)(w->shape + b * VK_LANES) = sum;
  }
}

// MARK: factors

// Flat loops over restricted pointers, which the compiler vectorises.
VK_INLINE int polynomials(
    size_t n, const double *restrict c, const double *restrict limit, const double *restrict alpha,
    double *restrict value, double *restrict slope) {
  int outside = 0;
  for (size_t k = 0; k < n; k++) {
    double a = alpha[k];
    double c1 = c[n + k], c2 = c[2 * n + k], c3 = c[3 * n + k], c4 = c[4 * n + k];
    double c5 = c[5 * n + k], c6 = c[6 * n + k];
    value[k] = c[k] + a * (c1 + a * (c2 + a * (c3 + a * (c4 + a * (c5 + a * c6)))));
    slope[k] = c1 + a * (2 * c2 + a * (3 * c3 + a * (4 * c4 + a * (5 * c5 + a * 6 * c6))));
    outside |= __builtin_fabs(a) > limit[k];
  }
  return outside;
}

VK_INLINE void exponentials(
    size_t n, const double *restrict log_up, const double *restrict log_down,
    const double *restrict limit, const double *restrict alpha, double *restrict value,
    double *restrict slope) {
  for (size_t k = 0; k < n; k++) {
    double a = alpha[k];
    double up = log_up[k], down = log_down[k], v = value[k], s = slope[k];
    double logarithm = a >= 0 ? up : down;
    double power = exp_safe(a * logarithm);
    int out = __builtin_fabs(a) > limit[k];
    value[k] = out ? power : v;
    slope[k] = out ? power * logarithm : s;
  }
}

VK_INLINE void evaluate_functions(
    const vk_histfactory_model *m, const double *x, const vk_histfactory_workspace *w) {
  size_t n = m->functions;
  double *alpha = w->function_adjoint; // not yet needed
  for (size_t k = 0; k < n; k++) alpha[k] = x[m->function_parameter[k]];
  if (polynomials(
          n, m->function_coefficients, m->function_limit, alpha, w->function_value,
          w->function_slope))
    exponentials(
        n, m->function_log_up, m->function_log_down, m->function_limit, alpha, w->function_value,
        w->function_slope);
}

VK_INLINE void multiply_factors(
    const vk_histfactory_model *m, const double *x, const vk_histfactory_workspace *w) {
  const double *value = w->function_value;
  for (size_t g = 0; g < m->groups; g++) {
    double product = 1;
    for (int32_t e = m->group_factor[g]; e < m->group_factor[g + 1]; e++) {
      w->prefix[e] = product;
      product *= value[m->factor_function[e]];
    }
    // The last block may run into the next group, which overwrites it.
    for (int32_t i = m->group_cell[g]; i < m->group_cell[g + 1]; i += VK_LANES)
      *(block *)(w->group_product + i) = (block)product;
  }
  if (m->slots == 0) return;
  size_t stride = m->cells + VK_LANES;
  for (size_t k = 0; k < m->vectors; k++) {
    double *to = w->slot_factor + (size_t)m->vector_slot[k] * stride + m->vector_cell[k];
    const double *from = x + m->vector_parameter[k];
    for (int32_t i = 0; i < m->vector_length[k]; i++) to[i] = from[i];
  }
  for (size_t i = 0; i < m->cells; i += VK_LANES) {
    block product = *(const block *)(w->slot_factor + i);
    for (size_t s = 1; s < m->slots; s++) product *= *(const block *)(w->slot_factor + s * stride + i);
    *(block *)(w->slot_product + i) = product;
  }
}

VK_CLONES
void vk_histfactory_rates(
    const vk_histfactory_model *m, const double *x, const vk_histfactory_workspace *w) {
  add_shifts(m, x, w);
  evaluate_functions(m, x, w);
  multiply_factors(m, x, w);
  for (size_t i = 0; i < m->cells; i += VK_LANES) {
    block rate = *(const block *)(w->shape + i) * *(const block *)(w->group_product + i);
    if (m->slots > 0) rate *= *(const block *)(w->slot_product + i);
    *(block *)(w->rate + i) = rate;
  }
  // Blocks run into the bins of the next channel, whose first group overwrites them.
  for (size_t g = 0; g < m->groups; g++) {
    const double *rate = w->rate + m->group_cell[g];
    double *expected = w->expected + m->group_bin[g];
    int32_t length = m->group_cell[g + 1] - m->group_cell[g];
    if (m->group_is_first[g])
      for (int32_t i = 0; i < length; i += VK_LANES)
        *(block *)(expected + i) = *(const block *)(rate + i);
    else
      for (int32_t i = 0; i < length; i += VK_LANES)
        *(block *)(expected + i) += *(const block *)(rate + i);
  }
  *(block *)(w->expected + m->bins) = (block)1.0; // what the spare Poisson terms read
}

// MARK: derivatives

// The sum over the cells of a group of adjoint * shape * slot_product.
VK_INLINE double group_adjoint(
    const vk_histfactory_workspace *w, int32_t first, int32_t last, int slots) {
  block sum = (block)0.0;
  for (int32_t i = first; i < last; i += VK_LANES) {
    block term = *(const block *)(w->cell_adjoint + i) * *(const block *)(w->shape + i);
    if (slots) term *= *(const block *)(w->slot_product + i);
    if (last - i < VK_LANES) { // the rest of the block belongs to other groups
      lane_mask inside = (lane_mask){0, 1, 2, 3, 4, 5, 6, 7} < (lane_mask)(int64_t)(last - i);
      term = (block)((lane_mask)term & inside);
    }
    sum += term;
  }
  return block_sum(sum);
}

VK_INLINE void factor_gradient(
    const vk_histfactory_model *m, const vk_histfactory_workspace *w, double *gradient) {
  for (size_t k = 0; k < m->functions; k++) w->function_adjoint[k] = 0;
  const double *value = w->function_value;
  for (size_t g = 0; g < m->groups; g++) {
    double rest = group_adjoint(w, m->group_cell[g], m->group_cell[g + 1], m->slots > 0);
    // Products without one entry from the entries before and after it: exact where one is zero.
    for (int32_t e = m->group_factor[g + 1] - 1; e >= m->group_factor[g]; e--) {
      int32_t k = m->factor_function[e];
      w->function_adjoint[k] += rest * w->prefix[e];
      rest *= value[k];
    }
  }
  for (size_t k = 0; k < m->functions; k++)
    gradient[m->function_parameter[k]] += w->function_adjoint[k] * w->function_slope[k];
}

VK_INLINE void vector_gradient(
    const vk_histfactory_model *m, const vk_histfactory_workspace *w, double *gradient) {
  size_t stride = m->cells + VK_LANES;
  for (size_t k = 0; k < m->vectors; k++) {
    double *to = gradient + m->vector_parameter[k];
    size_t cell = (size_t)m->vector_cell[k];
    for (size_t i = 0; i < (size_t)m->vector_length[k]; i++) {
      double term = w->cell_adjoint[cell + i] * w->shape[cell + i] * w->group_product[cell + i];
      for (size_t s = 0; s < m->slots; s++)
        if (s != (size_t)m->vector_slot[k]) term *= w->slot_factor[s * stride + cell + i];
      to[i] += term;
    }
  }
}

VK_INLINE void shift_gradient(
    const vk_histfactory_model *m, const vk_histfactory_workspace *w, double *gradient) {
  block *sums = (block *)w->shift_adjoint;
  for (size_t k = 0; k < m->shifts; k++) sums[k] = (block)0.0;
  for (size_t b = 0; b * VK_LANES < m->cells; b++) {
    size_t i = b * VK_LANES;
    block adjoint = *(const block *)(w->cell_adjoint + i) * *(const block *)(w->group_product + i);
    if (m->slots > 0) adjoint *= *(const block *)(w->slot_product + i);
    for (int32_t e = m->block_entry[b]; e < m->block_entry[b + 1]; e++) {
      const double *table = m->entry_templates + (size_t)e * 2 * VK_LANES;
      int32_t shift = m->entry_shift[e];
      block slope = *(const block *)table + w->shift_slope[shift] * *(const block *)(table + VK_LANES);
      sums[shift] += adjoint * slope;
    }
  }
  for (size_t k = 0; k < m->shifts; k++)
    gradient[m->shift_parameter[k]] += block_sum(sums[k]);
}

VK_CLONES
void vk_histfactory_gradient(
    const vk_histfactory_model *m, const vk_histfactory_workspace *w, double *gradient) {
  for (size_t g = 0; g < m->groups; g++) {
    double *to = w->cell_adjoint + m->group_cell[g];
    const double *from = w->adjoint + m->group_bin[g];
    int32_t length = m->group_cell[g + 1] - m->group_cell[g];
    for (int32_t i = 0; i < length; i += VK_LANES) *(block *)(to + i) = *(const block *)(from + i);
  }
  factor_gradient(m, w, gradient);
  if (m->vectors > 0) vector_gradient(m, w, gradient);
  if (m->shifts > 0) shift_gradient(m, w, gradient);
}

// MARK: terms

VK_INLINE int poisson_values(
    size_t count, const double *restrict n, const double *restrict scale,
    const double *restrict reference, const double *restrict ratio, const double *restrict shift,
    const double *restrict constant, const double *restrict direct, const double *restrict u,
    double *restrict value, double *restrict slope) {
  int invalid = 0;
  for (size_t k = 0; k < count; k++) {
    int is_direct = direct[k] != 0;
    double count_k = n[k], variable = u[k], scale_k = scale[k];
    double x = (variable - reference[k]) * ratio[k] + shift[k];
    double mean = variable * ratio[k]; // in units of n, or as it is
    int normal = (mean >= DBL_MIN) & (mean <= DBL_MAX);
    invalid |= !normal & !((variable == 0) & (count_k == 0));
    double logarithm = log_one(normal ? mean : 1.0);
    int near = (x > -0.29) & (x < 0.4) & !is_direct;
    double far = logarithm - (is_direct ? 0.0 : x);
    double close = log1p_minus_one(near ? x : 0.0);
    double inverse = 1 / (normal ? variable : 1.0);
    value[k] = count_k * (near ? close : far) + (constant[k] - (is_direct ? scale_k * variable : 0));
    slope[k] = is_direct ? count_k * inverse - scale_k : -count_k * x * inverse;
  }
  return invalid;
}

VK_CLONES
double vk_poisson_log_density(
    const vk_poisson_terms *t, const double *u, double *value, double *slope) {
  int invalid = poisson_values(
      t->count, t->n, t->scale, t->reference, t->ratio, t->shift, t->constant, t->direct, u, value,
      slope);
  return invalid ? -__builtin_inf() : compensated_sum(t->count, value);
}

VK_CLONES
double vk_normal_log_density(
    size_t count, const double *restrict mean, const double *restrict inverse_width,
    const double *restrict constant, const double *restrict u, double *restrict value,
    double *restrict slope) {
  for (size_t k = 0; k < count; k++) {
    double pull = (mean[k] - u[k]) * inverse_width[k];
    value[k] = constant[k] - 0.5 * pull * pull;
    slope[k] = pull * inverse_width[k];
  }
  return compensated_sum(count, value);
}
