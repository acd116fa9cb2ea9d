/*
 * A counting experiment as a likelihood in C: two bins with Poisson counts n_i, a signal of
 * strength mu, and a background with a common uncertainty of 10 % and a nuisance parameter theta
 * with a normal constraint:
 *
 *     ln L = sum_i [ n_i ln nu_i - nu_i - ln n_i! ] - theta^2/2 - ln(2 pi)/2
 *     nu_i = mu s_i + b_i (1 + 0.1 theta)
 */
#include "dnnlik_likelihood.h"

#include <math.h>

static const double signal[2] = {5, 12};
static const double background[2] = {50, 20};
static const double observed[2] = {54, 29};
enum { wrong_count = 1 };

int dnnlik_abi_version(void) { return DNNLIK_ABI_VERSION; }

int dnnlik_parameter_count(void) { return 2; }

const char *dnnlik_parameter_name(int index) { return index == 0 ? "mu" : "theta"; }

int dnnlik_parameter_role(int index) {
  return index == 0 ? DNNLIK_PARAMETER_OF_INTEREST : DNNLIK_NUISANCE;
}

void dnnlik_parameter_bounds(int index, double *lower, double *upper) {
  *lower = index == 0 ? -1 : -5;
  *upper = 5;
}

void dnnlik_parameter_start(int index, double *initial, double *scale) {
  *initial = index == 0 ? 1 : 0;
  *scale = index == 0 ? 0.5 : 1;
}

int dnnlik_thread_safe(void) { return 1; }

const char *dnnlik_error_message(int code) {
  return code == wrong_count ? "this likelihood has two parameters" : 0;
}

int dnnlik_log_likelihood_gradient(
    const double *theta, int n, double *value, double *gradient) {
  if (n != 2) return wrong_count;
  double mu = theta[0], pull = theta[1];
  double sum = -0.5 * pull * pull - 0.5 * log(2 * M_PI), by_mu = 0, by_pull = -pull;
  for (int i = 0; i < 2; i++) {
    double expected = mu * signal[i] + background[i] * (1 + 0.1 * pull);
    if (expected <= 0) {
      *value = -INFINITY;
      gradient[0] = gradient[1] = 0;
      return 0;
    }
    sum += observed[i] * log(expected) - expected - lgamma(observed[i] + 1);
    double slope = observed[i] / expected - 1;
    by_mu += slope * signal[i];
    by_pull += slope * 0.1 * background[i];
  }
  *value = sum;
  gradient[0] = by_mu;
  gradient[1] = by_pull;
  return 0;
}

int dnnlik_log_likelihood(const double *theta, int n, double *value) {
  double gradient[2];
  return dnnlik_log_likelihood_gradient(theta, n, value, gradient);
}
