/*
 * The interface of a likelihood in a shared library, version 1.
 *
 * A library that defines the four required functions can be sampled, fitted and encoded with
 * `dnnlik … libmine.so`. Include this header, define the functions with C linkage, and compile
 * with
 *
 *     cc -O2 -fPIC -shared -o libmine.so mine.c
 *
 * In C++ the header declares them `extern "C"`. Functions that are not needed are left out; they
 * are looked up by name when the library is loaded.
 *
 * The library runs inside the process: a crash of it ends the process. It must not change the
 * rounding mode, signal handlers or the working folder.
 */
#ifndef DNNLIK_LIKELIHOOD_H
#define DNNLIK_LIKELIHOOD_H

#ifdef __cplusplus
extern "C" {
#endif

/* What dnnlik_abi_version has to return for this header. */
#define DNNLIK_ABI_VERSION 1

/* Roles of parameters. */
#define DNNLIK_NUISANCE 0
#define DNNLIK_PARAMETER_OF_INTEREST 1

/* ---- required ---------------------------------------------------------------------------- */

/* DNNLIK_ABI_VERSION of the header that the library was compiled with. */
int dnnlik_abi_version(void);

/* Number of parameters, at least 1. */
int dnnlik_parameter_count(void);

/* Name of a parameter, counted from 0; UTF-8, not empty, valid as long as the library is loaded. */
const char *dnnlik_parameter_name(int index);

/*
 * Writes the natural logarithm of the likelihood at theta[0 … n-1] to *value: a finite number, or
 * -INFINITY where the likelihood is zero. NaN and +INFINITY are errors. It is called for points
 * inside the bounds alone. Returns 0, or a code of its own for an error.
 */
int dnnlik_log_likelihood(const double *theta, int n, double *value);

/* ---- optional ---------------------------------------------------------------------------- */

/*
 * Called once, before everything but dnnlik_abi_version: `configuration` is the key `config` of
 * the YAML file as JSON, `{}` without one. Returns 0, or a code for an error.
 */
int dnnlik_initialize(const char *configuration);

/* Text for a code that one of these functions returned; NULL if there is none. */
const char *dnnlik_error_message(int code);

/* Bounds of a parameter, which belong to the range; infinite without this function. */
void dnnlik_parameter_bounds(int index, double *lower, double *upper);

/* A starting value, and the typical width of the likelihood; 0 and 1 without this function. */
void dnnlik_parameter_start(int index, double *initial, double *scale);

/* DNNLIK_NUISANCE (also without this function) or DNNLIK_PARAMETER_OF_INTEREST. */
int dnnlik_parameter_role(int index);

/* As dnnlik_log_likelihood, and writes the derivatives to gradient[0 … n-1]. */
int dnnlik_log_likelihood_gradient(
    const double *theta, int n, double *value, double *gradient);

/*
 * As dnnlik_log_likelihood for `count` points, one after the other in theta[0 … count*n-1]; the
 * library may use threads of its own.
 */
int dnnlik_log_likelihood_batch(const double *theta, int count, int n, double *values);

/* 1 if the functions may be called from several threads at the same time; 0 without it. */
int dnnlik_thread_safe(void);

/* ---- types of the functions, for programs that load libraries ---------------------------- */

typedef int (*dnnlik_integer_function)(void);
typedef int (*dnnlik_role_function)(int);
typedef const char *(*dnnlik_text_function)(int);
typedef int (*dnnlik_initialize_function)(const char *);
typedef void (*dnnlik_pair_function)(int, double *, double *);
typedef int (*dnnlik_value_function)(const double *, int, double *);
typedef int (*dnnlik_gradient_function)(const double *, int, double *, double *);
typedef int (*dnnlik_batch_function)(const double *, int, int, double *);

#ifdef __cplusplus
}
#endif

#endif
