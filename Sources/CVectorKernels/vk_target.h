// One body, compiled for several instruction sets and chosen at load time (ifunc). Elsewhere
// than x86-64 with glibc the default body is the only one.
#pragma once
#if defined(__linux__)
#include <features.h> // defines __GLIBC__
#endif
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define VK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VK_CLONES
#endif
