// Rates of a HistFactory model and Poisson terms, for one point at a time.
//
// A *cell* is one bin of one sample of one channel; a *group* is the run of cells of one sample
// of one channel. Cells are numbered channel by channel, sample by sample, bin by bin. Arrays
// over cells, bins and terms have VK_LANES spare elements at their end.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { VK_LANES = 8 };

// How the additive shift of a template pair depends on its parameter.
enum { VK_TEMPLATE_CODE_0 = 0, VK_TEMPLATE_CODE_2 = 1, VK_TEMPLATE_CODE_4P = 2 };

typedef struct {
  size_t parameters, channels, bins, cells, groups;

  // Additive shifts. With S = (hi - lo) / 2 and A = (hi + lo - 2 nominal) / 16 the shift of a
  // cell is alpha S + g(alpha) A for all codes; g depends on the code alone.
  int32_t template_code;
  const double *nominal;               // per cell
  size_t shifts;                       // parameters that shift templates
  const int32_t *shift_parameter;      // per shift
  const int32_t *block_entry;          // per block of VK_LANES cells and one more: range
  const int32_t *entry_shift;          // per entry: a shift that moves cells of the block
  const double *entry_templates;       // per entry: VK_LANES of S, then VK_LANES of A

  // Factors common to the bins of a group: functions of one parameter. Inside |alpha| <= limit
  // a polynomial of degree 6, outside exp(alpha * log_up) or exp(alpha * log_down).
  size_t functions;                    // a multiple of VK_LANES
  const int32_t *function_parameter;
  const double *function_coefficients; // seven arrays of `functions`
  const double *function_limit, *function_log_up, *function_log_down;
  const int32_t *group_factor;         // per group and one more: range of its entries
  const int32_t *factor_function;      // per entry

  // Factors of single bins: cell `vector_cell + i` times parameter `vector_parameter + i`. Two
  // of the same slot never meet in a cell.
  size_t slots, vectors;
  const int32_t *vector_slot, *vector_cell, *vector_length, *vector_parameter;

  const int32_t *group_cell;           // per group and one more
  const int32_t *group_bin;            // first bin
  const int32_t *group_is_first;       // whether it is the first of its channel
} vk_histfactory_model;

// Memory for one point. Arrays over cells unless noted; `slot_factor` has `slots` of them.
typedef struct {
  double *shape;            // nominal plus shifts
  double *group_product;    // product of the group's factors
  double *slot_factor;      // must be 1 where no vector writes
  double *slot_product;
  double *rate;             // of the cell
  double *expected;         // per bin
  double *adjoint;          // per bin: derivative of the log density by `expected`
  double *cell_adjoint;
  double *shift_odd;        // per shift: alpha
  double *shift_even;       // g(alpha)
  double *shift_slope;      // dg / d alpha
  double *shift_adjoint;    // VK_LANES per shift
  double *function_value;   // per function
  double *function_slope;
  double *function_adjoint;
  double *prefix;           // per factor entry: product of the entries before it
  double *variables;        // per constraint term: its parameter
  double *variable_slope;   // per constraint term: the derivative
} vk_histfactory_workspace;

// Fills everything in the workspace up to `expected`.
void vk_histfactory_rates(
    const vk_histfactory_model *model, const double *point,
    const vk_histfactory_workspace *workspace);

// Adds the derivative of sum(adjoint * expected) by the parameters to `gradient`; needs
// vk_histfactory_rates and `adjoint`.
void vk_histfactory_gradient(
    const vk_histfactory_model *model, const vk_histfactory_workspace *workspace,
    double *gradient);

// Poisson terms n ln(scale u) - scale u - ln Gamma(n + 1) of the variables u, in a form without
// cancellation: with x = (u - reference) ratio + shift = scale u / n - 1 a term is
// n (ln(1 + x) - x) + constant. Where `direct` is not 0 (n is 0 or tiny) it is
// n ln(scale u) - scale u + constant, and `ratio` holds the scale.
typedef struct {
  size_t count; // a multiple of VK_LANES; spare terms are zero for u = 1
  const double *n, *scale, *reference, *ratio, *shift, *constant, *direct;
} vk_poisson_terms;

// The sum of the terms, and their derivatives by u; minus infinity if a mean is negative, not
// finite, or zero where n is not.
double vk_poisson_log_density(const vk_poisson_terms *terms, const double *u, double *slope);

// The sum of -((u - mean) / width)^2 / 2 + constant, and the derivatives by u; `count` is a
// multiple of VK_LANES.
double vk_normal_log_density(
    size_t count, const double *mean, const double *inverse_width, const double *constant,
    const double *u, double *slope);
