"""A small fit of the CKM matrix, served by the UM-Bridge protocol.

Parameters, in this order (names, bounds and priors are in external.yaml):

  lambda, A, rhobar, etabar   Wolfenstein parameters (to order lambda^5: Buras, Lautenbacher,
                              Ostermaier, hep-ph/9403384)
  vub_scale                   common scale of the determinations of |Vub|
  B_K                         bag parameter of the kaon, renormalisation-group invariant
  xi                          ratio of decay constants and bag parameters, Bs over Bd
  kappa_eps                   long-distance correction of epsilon_K

The constraints of the last four are their priors: the program returns a log-likelihood, the file
external.yaml states the priors. Measured values are rounded world averages (PDG 2022, HFLAV 2021,
FLAG 2021); as in any global fit, what is new should replace them.
"""

import math
import sys

import umbridge

# Measurements: value and standard deviation.
VUD = (0.97373, 0.00031)  # superallowed nuclear beta decays
VUS = (0.2243, 0.0008)  # kaon decays
VCB = (0.0408, 0.0014)  # semileptonic B decays, inclusive and exclusive combined
VUB = (0.00382, 0.00020)  # semileptonic B decays, inclusive and exclusive combined
SIN2BETA = (0.699, 0.017)  # B -> J/psi K_S
GAMMA = (math.radians(65.9), math.radians(3.5))  # B -> D K
DELTA_M_RATIO = (0.5065 / 17.765, 0.5065 / 17.765 * 0.0040)  # Delta m_d / Delta m_s
EPSILON_K = (2.228e-3, 0.011e-3)

# Fixed inputs, in GeV where they have a unit.
G_F = 1.1663788e-5
M_W = 80.377
M_K = 0.497611
F_K = 0.1557
DELTA_M_K = 3.484e-15
M_TOP = 162.5  # running mass at its own scale
M_CHARM = 1.278
M_BD, M_BS = 5.27966, 5.36692
ETA_CC, ETA_CT, ETA_TT = 1.87, 0.496, 0.5765  # short-distance corrections


def inami_lim(x):
    """The box function S0(x) (Inami and Lim, Prog. Theor. Phys. 65 (1981) 297)."""
    y = 1 - x
    return x * (0.25 + 2.25 / y - 1.5 / y**2) - 1.5 * x**3 * math.log(x) / y**3


def inami_lim_mixed(c, t):
    """S0(x_c, x_t) for x_c much below 1."""
    bracket = math.log(t / c) - 3 * t / (4 * (1 - t)) * (1 + t * math.log(t) / (1 - t))
    return c * bracket


X_C, X_T = (M_CHARM / M_W) ** 2, (M_TOP / M_W) ** 2
S_CC, S_TT, S_CT = X_C, inami_lim(X_T), inami_lim_mixed(X_C, X_T)
C_EPSILON = G_F**2 * F_K**2 * M_K * M_W**2 / (6 * math.sqrt(2) * math.pi**2 * DELTA_M_K)


def predictions(lam, a, rhobar, etabar, vub_scale, b_k, xi, kappa):
    """The eight observables, in the order of MEASUREMENTS."""
    l2 = lam * lam
    vus, vcb = lam, a * l2
    vud = 1 - 0.5 * l2 - 0.125 * l2 * l2
    # rho and eta of the original parametrisation: rhobar = rho (1 - lambda^2/2).
    rho, eta = rhobar / (1 - 0.5 * l2), etabar / (1 - 0.5 * l2)
    vub = vcb * lam * math.hypot(rho, eta)
    beta, gamma = math.atan2(etabar, 1 - rhobar), math.atan2(etabar, rhobar)
    # |V_td|^2 / |V_ts|^2 to next-to-leading order in lambda.
    vtd = vcb * lam * math.hypot(1 - rhobar, etabar)
    vts = vcb * math.sqrt((1 - 0.5 * l2 * (1 - 2 * rho)) ** 2 + (l2 * eta) ** 2)
    ratio = M_BD / M_BS / xi**2 * (vtd / vts) ** 2
    # |epsilon_K| (Buras, Jamin, Weisz, NPB 347 (1990) 491; Buras, Guadagnoli, 0805.3887).
    real = vcb**2 * (1 - rhobar) * ETA_TT * S_TT
    charm = ETA_CT * S_CT - ETA_CC * S_CC
    epsilon = kappa * C_EPSILON * b_k * vcb**2 * l2 * etabar * (real + charm)
    return vud, vus, vcb, vub * vub_scale, math.sin(2 * beta), gamma, ratio, epsilon


MEASUREMENTS = (VUD, VUS, VCB, VUB, SIN2BETA, GAMMA, DELTA_M_RATIO, EPSILON_K)


def log_likelihood(parameters):
    """Sum of normal log densities of the measurements around their predictions."""
    total = 0.0
    for found, (value, sd) in zip(predictions(*parameters), MEASUREMENTS):
        total -= 0.5 * ((value - found) / sd) ** 2 + math.log(sd * math.sqrt(2 * math.pi))
    return total


# Steps of the differences that make the gradient: a small part of the precision of each parameter.
STEPS = (5e-8, 1e-6, 1e-6, 1e-6, 5e-6, 1e-6, 1e-6, 2e-6)


def gradient(parameters):
    """Derivatives of the log-likelihood by central differences.

    Inside the server they cost microseconds; a program that knows its derivatives returns them
    here. Without this function everything works as well, with more requests.
    """
    result = []
    for k, step in enumerate(STEPS):
        above, below = list(parameters), list(parameters)
        above[k] += step
        below[k] -= step
        result.append((log_likelihood(above) - log_likelihood(below)) / (2 * step))
    return result


class Flavour(umbridge.Model):
    """The log-likelihood as a model of one block of eight inputs and one output."""

    def __init__(self):
        super().__init__("flavour")

    def get_input_sizes(self, config):
        return [8]

    def get_output_sizes(self, config):
        return [1]

    def __call__(self, inputs, config):
        return [[log_likelihood(inputs[0])]]

    def gradient(self, out_wrt, in_wrt, inputs, sens, config):
        return [sens[0] * slope for slope in gradient(inputs[0])]

    def supports_evaluate(self):
        return True

    def supports_gradient(self):
        return True


if __name__ == "__main__":
    umbridge.serve_models([Flavour()], int(sys.argv[1]) if len(sys.argv) > 1 else 4242)
