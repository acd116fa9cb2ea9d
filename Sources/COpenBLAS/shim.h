// The CBLAS interface of OpenBLAS, and the few LAPACK routines we call.
// Debian's OpenBLAS exports the Fortran LAPACK symbols but no LAPACKE: every
// argument goes by pointer and matrices are column-major.
#pragma once
#include <cblas-openblas.h>

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dtrtri_(const char *uplo, const char *diag, const int *n, double *a, const int *lda,
             int *info);
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda,
             double *w, double *work, const int *lwork, int *iwork, const int *liwork,
             int *info);
