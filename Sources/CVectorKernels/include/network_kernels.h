// Elementwise kernels of fully connected networks, in single (_f32) and double (_f64) precision.
// Matrices are row-major; `stride` is the distance between rows, in elements.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Activation functions, by the numbers that `kind` takes.
enum {
  VK_LINEAR = 0,
  VK_SELU = 1,
  VK_ELU = 2,
  VK_RELU = 3,
  VK_LEAKY_RELU = 4, // slope 0.01 below zero
  VK_SILU = 5,
  VK_GELU = 6, // x times the standard normal distribution function, not its tanh approximation
  VK_TANH = 7,
  VK_SOFTPLUS = 8,
  VK_SIGMOID = 9,
  VK_STORED_DERIVATIVE = 10, // backward pass only: `output` holds the derivative itself
};

// Losses, by the numbers that `kind` takes.
enum {
  VK_SQUARED = 0,
  VK_ABSOLUTE = 1,
  VK_HUBER = 2,
  VK_PERCENTAGE = 3, // 100 |e| / max(|target|, 1e-7)
  VK_LOGARITHMIC = 4, // squared difference of ln(1 + max(., 1e-7))
};

#define VK_DECLARE_NETWORK_KERNELS(REAL, SUFFIX)                                                   \
  /* x[r][c] = f(x[r][c] + bias[c]) */                                                             \
  void vk_bias_activation_##SUFFIX(                                                                \
      int kind, size_t rows, size_t columns, size_t stride, const REAL *bias, REAL *x);            \
  /* The same, and derivative[r][c] = f'(x[r][c] + bias[c]) with the same stride. */               \
  void vk_bias_activation_derivative_##SUFFIX(                                                     \
      int kind, size_t rows, size_t columns, size_t stride, const REAL *bias, REAL *x,             \
      REAL *derivative);                                                                           \
  /* delta[r][c] *= f', from the output f; bias_gradient[c] = sum over r of delta (may be null).   \
     VK_SILU and VK_GELU are no function of the output: use VK_STORED_DERIVATIVE. */               \
  void vk_activation_backward_##SUFFIX(                                                            \
      int kind, size_t rows, size_t columns, size_t stride, const REAL *output, REAL *delta,       \
      REAL *bias_gradient);                                                                        \
  /* x = f(x + bias), first = f'(x + bias), second = f''(x + bias), rows without gaps. */           \
  void vk_bias_activation_curvature_##SUFFIX(                                                      \
      int kind, size_t rows, size_t columns, const REAL *bias, REAL *x, REAL *first,               \
      REAL *second);                                                                               \
  /* slope e becomes e first; second becomes e second. */                                          \
  void vk_slope_backward_##SUFFIX(                                                                 \
      size_t n, const REAL *first, REAL *second, REAL *slope);                                     \
  /* tangent t becomes t first; second becomes t second. */                                        \
  void vk_tangent_##SUFFIX(size_t n, const REAL *first, REAL *second, REAL *tangent);              \
  /* delta becomes delta first + second; bias_gradient[c] = sum over r of delta. */                \
  void vk_adjoint_##SUFFIX(                                                                        \
      size_t rows, size_t columns, size_t stride, const REAL *first, const REAL *second,           \
      REAL *delta, REAL *bias_gradient);                                                           \
  /* The sum over rows of weight |gradient - target|^2 (null weights: 1), and, if wanted,          \
     direction = 2 scale weight (gradient - target); `direction` may be `gradient`. */             \
  double vk_gradient_loss_##SUFFIX(                                                                \
      size_t rows, size_t columns, const REAL *gradient, size_t stride, const REAL *target,        \
      const REAL *weight, double scale, REAL *direction, size_t direction_stride);                 \
  /* a[r][c] *= b[r][c], rows with their own strides. */                                           \
  void vk_multiply_rows_##SUFFIX(                                                                  \
      size_t rows, size_t columns, const REAL *b, size_t stride_b, REAL *a, size_t stride_a);      \
  /* normalized = (x - mean) inverse and x = scale normalized, for every column with its mean and  \
     variance over the rows (divided by their number) and inverse = 1 / sqrt(variance + epsilon).  \
     `normalized` has the stride of `x`. */                                                        \
  void vk_normalize_##SUFFIX(                                                                      \
      size_t rows, size_t columns, size_t stride, REAL epsilon, const REAL *scale, REAL *x,        \
      REAL *normalized, REAL *mean, REAL *variance, REAL *inverse);                                \
  /* From delta, the derivatives by scale normalized, and bias_gradient[c] = sum over r of delta:  \
     scale_gradient, and in delta the derivatives by what was normalized. */                       \
  void vk_normalize_backward_##SUFFIX(                                                             \
      size_t rows, size_t columns, size_t stride, const REAL *scale, const REAL *normalized,       \
      const REAL *inverse, const REAL *bias_gradient, REAL *delta, REAL *scale_gradient);          \
  /* x += fraction (target - x) */                                                                 \
  void vk_move_towards_##SUFFIX(size_t n, REAL fraction, const REAL *target, REAL *x);             \
  /* product[r][c] = a[r] * b[c] */                                                                \
  void vk_outer_##SUFFIX(                                                                          \
      size_t rows, size_t columns, size_t stride, const REAL *a, const REAL *b, REAL *product);    \
  /* Adds the losses of rows x outputs predictions, each row divided by `outputs` and multiplied   \
     by its weight (null: 1), and stores scale * weight * d loss / d prediction. */                \
  double vk_loss_##SUFFIX(                                                                         \
      int kind, size_t rows, size_t outputs, const REAL *prediction, const REAL *target,           \
      const REAL *weight, double threshold, double scale, REAL *gradient);                         \
  /* One Adam step: m += (1 - b1) (g - m), v += (1 - b2) (g^2 - v), p -= rate m / (sqrt v + e). */ \
  void vk_adam_##SUFFIX(                                                                           \
      size_t n, REAL rate, REAL beta1, REAL beta2, REAL epsilon, const REAL *gradient, REAL *m,    \
      REAL *v, REAL *parameters);                                                                  \
  /* The same after p -= decay p. */                                                               \
  void vk_adamw_##SUFFIX(                                                                          \
      size_t n, REAL rate, REAL decay, REAL beta1, REAL beta2, REAL epsilon, const REAL *gradient, \
      REAL *m, REAL *v, REAL *parameters);                                                         \
  /* v = momentum v - rate g; p += v, or with Nesterov's look ahead p += momentum v - rate g. */   \
  void vk_sgd_##SUFFIX(                                                                            \
      size_t n, REAL rate, REAL momentum, int nesterov, const REAL *gradient, REAL *velocity,      \
      REAL *parameters);                                                                           \
  /* s = decay s + (1 - decay) g^2; v = momentum v + rate g / sqrt(s + e); p -= v. */              \
  void vk_rmsprop_##SUFFIX(                                                                        \
      size_t n, REAL rate, REAL decay, REAL momentum, REAL epsilon, const REAL *gradient,          \
      REAL *velocity, REAL *square, REAL *parameters);                                             \
  /* y += factor sign(x) */                                                                        \
  void vk_add_signs_##SUFFIX(size_t n, REAL factor, const REAL *x, REAL *y);                       \
  /* Where the random word of (step, layer, first_row + row, column) is at least the threshold,    \
     x = scale x + shift and the derivatives are multiplied by scale; elsewhere x = dropped and    \
     they are zero. Rows without gaps; `second` may be null. Word w of the counter                 \
     (column / 4, row, layer, step) is that of column 4 (column / 4) + w. */                       \
  void vk_dropout_##SUFFIX(                                                                        \
      size_t rows, size_t columns, size_t first_row, uint32_t layer, uint32_t step, uint32_t key0, \
      uint32_t key1, uint32_t threshold, REAL scale, REAL shift, REAL dropped, REAL *x,            \
      REAL *first, REAL *second);                                                                  \
  /* y += factor x */                                                                              \
  void vk_add_scaled_##SUFFIX(size_t n, REAL factor, const REAL *x, REAL *y);

VK_DECLARE_NETWORK_KERNELS(float, f32)
VK_DECLARE_NETWORK_KERNELS(double, f64)

// destination[i] = source[index[i]] for rows of `row_bytes` bytes.
void vk_gather_rows(
    size_t row_bytes, size_t count, const ptrdiff_t *index, const void *source, void *destination);
