// Elementwise kernels that the compiler vectorises for the processor at hand.
#pragma once
#include "elementary.h"
#include "histfactory.h"
#include "loops.h"
#include "network_kernels.h"
#include "normals.h"
#include "region.h"
#include "series.h"
#include "sobol.h"
