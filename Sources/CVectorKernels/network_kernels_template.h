// The bodies of the network kernels, included once for each precision. The including file defines
// REAL, NAME(base) and the scalar functions exp_one, expm1_one, normal_cdf, log1p_unit.
#include "network_kernels.h"
#include "vk_target.h"

#pragma clang fp contract(fast)

// Klambauer, Unterthiner, Mayr, Hochreiter, arXiv:1706.02515, eq. (14).
#define SELU_SCALE ((REAL)1.0507009873554804934193349852946)
#define SELU_SCALE_ALPHA ((REAL)(1.0507009873554804934193349852946 * 1.6732632423543772848170429916717))
#define LEAKY_SLOPE ((REAL)0.01)

// Comparisons are written so that NaN stays NaN.
static inline REAL linear_one(REAL x) { return x; }
static inline REAL selu_one(REAL x) {
  return x > 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * expm1_one(x);
}
static inline REAL elu_one(REAL x) { return x > 0 ? x : expm1_one(x); }
static inline REAL relu_one(REAL x) { return x < 0 ? 0 : x; }
static inline REAL leaky_relu_one(REAL x) { return x < 0 ? LEAKY_SLOPE * x : x; }
static inline REAL sigmoid_one(REAL x) { return 1 / (1 + exp_one(-x)); }
static inline REAL silu_one(REAL x) { return x * sigmoid_one(x); }
static inline REAL gelu_one(REAL x) {
  REAL exponential = exp_one((REAL)-0.5 * x * x);
  return x * normal_cdf(x, exponential);
}
static inline REAL tanh_one(REAL x) {
  REAL size = x < 0 ? -x : x;
  REAL e = expm1_one(2 * (size > 20 ? 20 : size));
  REAL value = e / (e + 2);
  return x < 0 ? -value : value;
}
static inline REAL softplus_one(REAL x) {
  REAL size = x < 0 ? -x : x;
  return (x < 0 ? 0 : x) + log1p_unit(exp_one(-size));
}

// Derivatives as functions of the output y.
static inline REAL selu_slope(REAL y) { return y > 0 ? SELU_SCALE : y + SELU_SCALE_ALPHA; }
static inline REAL elu_slope(REAL y) { return y > 0 ? 1 : y + 1; }
static inline REAL relu_slope(REAL y) { return y > 0 ? 1 : 0; }
static inline REAL leaky_relu_slope(REAL y) { return y > 0 ? 1 : LEAKY_SLOPE; }
static inline REAL tanh_slope(REAL y) { return 1 - y * y; }
static inline REAL softplus_slope(REAL y) { return -expm1_one(-y); }
static inline REAL sigmoid_slope(REAL y) { return y * (1 - y); }
static inline REAL linear_slope(REAL y) { return 1; }
static inline REAL stored_slope(REAL y) { return y; }

// Second derivatives as functions of the output y and the first derivative d; zero at the kinks of
// the piecewise linear functions, and one-sided where the second derivative jumps.
static inline REAL selu_bend(REAL y, REAL d) { return y > 0 ? 0 : d; }
static inline REAL elu_bend(REAL y, REAL d) { return y > 0 ? 0 : d; }
static inline REAL relu_bend(REAL y, REAL d) { return 0; }
static inline REAL leaky_relu_bend(REAL y, REAL d) { return 0; }
static inline REAL tanh_bend(REAL y, REAL d) { return -2 * y * d; }
static inline REAL softplus_bend(REAL y, REAL d) { return d * (1 - d); }
static inline REAL sigmoid_bend(REAL y, REAL d) { return d * (1 - 2 * y); }
static inline REAL linear_bend(REAL y, REAL d) { return 0; }

#define FOR_EACH_ACTIVATION(CASE)                                                                  \
  CASE(VK_LINEAR, linear)                                                                          \
  CASE(VK_SELU, selu)                                                                              \
  CASE(VK_ELU, elu)                                                                                \
  CASE(VK_RELU, relu)                                                                              \
  CASE(VK_LEAKY_RELU, leaky_relu)                                                                  \
  CASE(VK_TANH, tanh)                                                                              \
  CASE(VK_SOFTPLUS, softplus)                                                                      \
  CASE(VK_SIGMOID, sigmoid)

VK_CLONES
void NAME(vk_bias_activation)(
    int kind, size_t rows, size_t columns, size_t stride, const REAL *restrict bias,
    REAL *restrict x) {
#define CASE(KIND, F)                                                                              \
  case KIND:                                                                                       \
    for (size_t r = 0; r < rows; r++)                                                              \
      for (size_t c = 0; c < columns; c++)                                                         \
        x[r * stride + c] = F##_one(x[r * stride + c] + bias[c]);                                  \
    break;
  switch (kind) {
    FOR_EACH_ACTIVATION(CASE)
    CASE(VK_SILU, silu)
    CASE(VK_GELU, gelu)
  }
#undef CASE
}

VK_CLONES
void NAME(vk_bias_activation_derivative)(
    int kind, size_t rows, size_t columns, size_t stride, const REAL *restrict bias,
    REAL *restrict x, REAL *restrict derivative) {
#define CASE(KIND, F)                                                                              \
  case KIND:                                                                                       \
    for (size_t r = 0; r < rows; r++)                                                              \
      for (size_t c = 0; c < columns; c++) {                                                       \
        REAL y = F##_one(x[r * stride + c] + bias[c]);                                             \
        x[r * stride + c] = y;                                                                     \
        derivative[r * stride + c] = F##_slope(y);                                                 \
      }                                                                                            \
    break;
  switch (kind) {
    FOR_EACH_ACTIVATION(CASE)
  case VK_SILU:
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++) {
        REAL z = x[r * stride + c] + bias[c];
        REAL s = sigmoid_one(z);
        x[r * stride + c] = z * s;
        derivative[r * stride + c] = s * (1 + z * (1 - s));
      }
    break;
  case VK_GELU:
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++) {
        REAL z = x[r * stride + c] + bias[c];
        REAL exponential = exp_one((REAL)-0.5 * z * z);
        REAL cdf = normal_cdf(z, exponential);
        x[r * stride + c] = z * cdf;
        // 0.3989... = 1 / sqrt(2 pi)
        derivative[r * stride + c] = cdf + z * exponential * (REAL)0.39894228040143267794;
      }
    break;
  }
#undef CASE
}

VK_CLONES
void NAME(vk_bias_activation_curvature)(
    int kind, size_t rows, size_t columns, const REAL *restrict bias, REAL *restrict x,
    REAL *restrict first, REAL *restrict second) {
#define CASE(KIND, F)                                                                              \
  case KIND:                                                                                       \
    for (size_t r = 0; r < rows; r++)                                                              \
      for (size_t c = 0; c < columns; c++) {                                                       \
        size_t i = r * columns + c;                                                                \
        REAL y = F##_one(x[i] + bias[c]);                                                          \
        REAL d = F##_slope(y);                                                                     \
        x[i] = y;                                                                                  \
        first[i] = d;                                                                              \
        second[i] = F##_bend(y, d);                                                                \
      }                                                                                            \
    break;
  switch (kind) {
    FOR_EACH_ACTIVATION(CASE)
  case VK_SILU:
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++) {
        size_t i = r * columns + c;
        REAL z = x[i] + bias[c];
        REAL s = sigmoid_one(z);
        x[i] = z * s;
        first[i] = s * (1 + z * (1 - s));
        second[i] = s * (1 - s) * (2 + z * (1 - 2 * s));
      }
    break;
  case VK_GELU:
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++) {
        size_t i = r * columns + c;
        REAL z = x[i] + bias[c];
        REAL exponential = exp_one((REAL)-0.5 * z * z);
        REAL cdf = normal_cdf(z, exponential);
        REAL density = exponential * (REAL)0.39894228040143267794; // 1 / sqrt(2 pi)
        x[i] = z * cdf;
        first[i] = cdf + z * density;
        second[i] = density * (2 - z * z);
      }
    break;
  }
#undef CASE
}

VK_CLONES
void NAME(vk_slope_backward)(
    size_t n, const REAL *restrict first, REAL *restrict second, REAL *restrict slope) {
  for (size_t i = 0; i < n; i++) {
    REAL e = slope[i];
    slope[i] = e * first[i];
    second[i] *= e;
  }
}

VK_CLONES
void NAME(vk_tangent)(
    size_t n, const REAL *restrict first, REAL *restrict second, REAL *restrict tangent) {
  for (size_t i = 0; i < n; i++) {
    REAL t = tangent[i];
    tangent[i] = t * first[i];
    second[i] *= t;
  }
}

VK_CLONES
void NAME(vk_adjoint)(
    size_t rows, size_t columns, size_t stride, const REAL *restrict first,
    const REAL *restrict second, REAL *restrict delta, REAL *restrict bias_gradient) {
  for (size_t c = 0; c < columns; c++) bias_gradient[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      REAL d = delta[r * stride + c] * first[r * stride + c] + second[r * stride + c];
      delta[r * stride + c] = d;
      bias_gradient[c] += d;
    }
}

void NAME(vk_multiply_rows)(
    size_t rows, size_t columns, const REAL *restrict b, size_t stride_b, REAL *restrict a,
    size_t stride_a) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) a[r * stride_a + c] *= b[r * stride_b + c];
}

VK_CLONES
double NAME(vk_gradient_loss)(
    size_t rows, size_t columns, const REAL *gradient, size_t stride, const REAL *restrict target,
    const REAL *restrict weight, double scale, REAL *direction, size_t direction_stride) {
  double total = 0;
  for (size_t r = 0; r < rows; r++) {
    REAL w = weight ? weight[r] : 1;
    REAL factor = (REAL)(2 * scale) * w;
    REAL sum = 0;
    for (size_t c = 0; c < columns; c++) {
#pragma clang fp reassociate(on)
      REAL e = gradient[r * stride + c] - target[r * columns + c];
      sum += e * e;
      if (direction) direction[r * direction_stride + c] = factor * e;
    }
    total += (double)w * (double)sum;
  }
  return total;
}

VK_CLONES
void NAME(vk_activation_backward)(
    int kind, size_t rows, size_t columns, size_t stride, const REAL *restrict output,
    REAL *restrict delta, REAL *restrict bias_gradient) {
#define CASE(KIND, F)                                                                              \
  case KIND:                                                                                       \
    if (bias_gradient) {                                                                           \
      for (size_t c = 0; c < columns; c++) bias_gradient[c] = 0;                                   \
      for (size_t r = 0; r < rows; r++)                                                            \
        for (size_t c = 0; c < columns; c++) {                                                     \
          REAL d = delta[r * stride + c] * F##_slope(output[r * stride + c]);                      \
          delta[r * stride + c] = d;                                                               \
          bias_gradient[c] += d;                                                                   \
        }                                                                                          \
    } else {                                                                                       \
      for (size_t r = 0; r < rows; r++)                                                            \
        for (size_t c = 0; c < columns; c++)                                                       \
          delta[r * stride + c] *= F##_slope(output[r * stride + c]);                              \
    }                                                                                              \
    break;
  switch (kind) {
    FOR_EACH_ACTIVATION(CASE)
    CASE(VK_STORED_DERIVATIVE, stored)
  }
#undef CASE
}

// The variance in a second pass, so that a mean far from zero costs no digits.
VK_CLONES
void NAME(vk_normalize)(
    size_t rows, size_t columns, size_t stride, REAL epsilon, const REAL *restrict scale,
    REAL *restrict x, REAL *restrict normalized, REAL *restrict mean, REAL *restrict variance,
    REAL *restrict inverse) {
  REAL fraction = 1 / (REAL)rows;
  for (size_t c = 0; c < columns; c++) mean[c] = variance[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) mean[c] += x[r * stride + c];
  for (size_t c = 0; c < columns; c++) mean[c] *= fraction;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      REAL d = x[r * stride + c] - mean[c];
      normalized[r * stride + c] = d;
      variance[c] += d * d;
    }
  for (size_t c = 0; c < columns; c++) {
    variance[c] *= fraction;
    inverse[c] = 1 / __builtin_elementwise_sqrt(variance[c] + epsilon);
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      REAL n = normalized[r * stride + c] * inverse[c];
      normalized[r * stride + c] = n;
      x[r * stride + c] = scale[c] * n;
    }
}

VK_CLONES
void NAME(vk_normalize_backward)(
    size_t rows, size_t columns, size_t stride, const REAL *restrict scale,
    const REAL *restrict normalized, const REAL *restrict inverse,
    const REAL *restrict bias_gradient, REAL *restrict delta, REAL *restrict scale_gradient) {
  REAL fraction = 1 / (REAL)rows;
  for (size_t c = 0; c < columns; c++) scale_gradient[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      scale_gradient[c] += delta[r * stride + c] * normalized[r * stride + c];
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      REAL common = bias_gradient[c] + normalized[r * stride + c] * scale_gradient[c];
      delta[r * stride + c] = scale[c] * inverse[c] * (delta[r * stride + c] - fraction * common);
    }
}

VK_CLONES
void NAME(vk_move_towards)(size_t n, REAL fraction, const REAL *restrict target, REAL *restrict x) {
  for (size_t i = 0; i < n; i++) x[i] += fraction * (target[i] - x[i]);
}

VK_CLONES
void NAME(vk_outer)(
    size_t rows, size_t columns, size_t stride, const REAL *restrict a, const REAL *restrict b,
    REAL *restrict product) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) product[r * stride + c] = a[r] * b[c];
}

double NAME(vk_loss)(
    int kind, size_t rows, size_t outputs, const REAL *restrict prediction,
    const REAL *restrict target, const REAL *restrict weight, double threshold, double scale,
    REAL *restrict gradient) {
  double total = 0;
  for (size_t r = 0; r < rows; r++) {
    double w = weight ? (double)weight[r] : 1.0;
    double sum = 0;
    for (size_t c = r * outputs; c < (r + 1) * outputs; c++) {
      double e = (double)prediction[c] - (double)target[c];
      double size = e < 0 ? -e : e;
      double sign = e > 0 ? 1 : (e < 0 ? -1 : e);
      double slope;
      if (kind == VK_SQUARED) {
        sum += e * e;
        slope = 2 * e;
      } else if (kind == VK_ABSOLUTE) {
        sum += size;
        slope = sign;
      } else if (kind == VK_PERCENTAGE) {
        double y = (double)target[c];
        double unit = y < 0 ? -y : y;
        unit = 100 / (unit > 1e-7 ? unit : 1e-7);
        sum += unit * size;
        slope = unit * sign;
      } else if (kind == VK_LOGARITHMIC) {
        double p = (double)prediction[c], y = (double)target[c];
        double difference = log1p(p > 1e-7 ? p : 1e-7) - log1p(y > 1e-7 ? y : 1e-7);
        sum += difference * difference;
        // A comparison with NaN is false: a prediction that is no number keeps a slope that is none.
        slope = p < 1e-7 ? 0 : 2 * difference / (1 + p);
      } else if (size > threshold) {
        sum += threshold * (size - 0.5 * threshold);
        slope = threshold * sign;
      } else {
        sum += 0.5 * e * e;
        slope = e;
      }
      if (gradient) gradient[c] = (REAL)(scale * w * slope);
    }
    total += w * sum / (double)outputs;
  }
  return total;
}

VK_CLONES
void NAME(vk_adam)(
    size_t n, REAL rate, REAL beta1, REAL beta2, REAL epsilon, const REAL *restrict gradient,
    REAL *restrict m, REAL *restrict v, REAL *restrict parameters) {
  for (size_t i = 0; i < n; i++) {
    REAL g = gradient[i];
    m[i] += (1 - beta1) * (g - m[i]);
    v[i] += (1 - beta2) * (g * g - v[i]);
    // The builtin, because sqrt() may set errno, which forbids vectorisation.
    parameters[i] -= rate * m[i] / (__builtin_elementwise_sqrt(v[i]) + epsilon);
  }
}

VK_CLONES
void NAME(vk_adamw)(
    size_t n, REAL rate, REAL decay, REAL beta1, REAL beta2, REAL epsilon,
    const REAL *restrict gradient, REAL *restrict m, REAL *restrict v,
    REAL *restrict parameters) {
  for (size_t i = 0; i < n; i++) {
    REAL g = gradient[i];
    m[i] += (1 - beta1) * (g - m[i]);
    v[i] += (1 - beta2) * (g * g - v[i]);
    parameters[i] -= decay * parameters[i];
    parameters[i] -= rate * m[i] / (__builtin_elementwise_sqrt(v[i]) + epsilon);
  }
}

VK_CLONES
void NAME(vk_sgd)(
    size_t n, REAL rate, REAL momentum, int nesterov, const REAL *restrict gradient,
    REAL *restrict velocity, REAL *restrict parameters) {
  for (size_t i = 0; i < n; i++) {
    REAL step = -rate * gradient[i];
    REAL v = momentum * velocity[i] + step;
    velocity[i] = v;
    parameters[i] += nesterov ? momentum * v + step : v;
  }
}

VK_CLONES
void NAME(vk_rmsprop)(
    size_t n, REAL rate, REAL decay, REAL momentum, REAL epsilon, const REAL *restrict gradient,
    REAL *restrict velocity, REAL *restrict square, REAL *restrict parameters) {
  for (size_t i = 0; i < n; i++) {
    REAL g = gradient[i];
    square[i] = decay * square[i] + (1 - decay) * g * g;
    REAL v = momentum * velocity[i] + rate * g / __builtin_elementwise_sqrt(square[i] + epsilon);
    velocity[i] = v;
    parameters[i] -= v;
  }
}

VK_CLONES
void NAME(vk_add_signs)(size_t n, REAL factor, const REAL *restrict x, REAL *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] += x[i] > 0 ? factor : (x[i] < 0 ? -factor : 0);
}

// Philox4x32-10 (Salmon et al., doi:10.1145/2063384.2063405) for 64 columns at a time.
VK_CLONES
void NAME(vk_dropout)(
    size_t rows, size_t columns, size_t first_row, uint32_t layer, uint32_t step, uint32_t key0,
    uint32_t key1, uint32_t threshold, REAL scale, REAL shift, REAL dropped, REAL *restrict x,
    REAL *restrict first, REAL *restrict second) {
  enum { LANES = 16 };
  for (size_t r = 0; r < rows; r++)
    for (size_t start = 0; start < columns; start += 4 * LANES) {
      uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES], words[4 * LANES];
      for (int i = 0; i < LANES; i++) {
        c0[i] = (uint32_t)(start / 4) + (uint32_t)i;
        c1[i] = (uint32_t)(first_row + r);
        c2[i] = layer;
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
      for (int i = 0; i < LANES; i++) {
        words[4 * i] = c0[i];
        words[4 * i + 1] = c1[i];
        words[4 * i + 2] = c2[i];
        words[4 * i + 3] = c3[i];
      }
      size_t count = columns - start < 4 * LANES ? columns - start : 4 * LANES;
      size_t place = r * columns + start;
      for (size_t i = 0; i < count; i++)
        x[place + i] = words[i] >= threshold ? scale * x[place + i] + shift : dropped;
      for (size_t i = 0; i < count; i++)
        first[place + i] *= words[i] >= threshold ? scale : 0;
      if (second)
        for (size_t i = 0; i < count; i++)
          second[place + i] *= words[i] >= threshold ? scale : 0;
    }
}

VK_CLONES
void NAME(vk_add_scaled)(size_t n, REAL factor, const REAL *restrict x, REAL *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] += factor * x[i];
}
