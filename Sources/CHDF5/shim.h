// The C interface of HDF5, and its constants. Most constants are macros, many of them calls that
// open the library first; Swift imports none of these, so each stands here as a function.
#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>

static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_link_creation(void) { return H5P_LINK_CREATE; }

static inline hid_t chdf5_all(void) { return H5S_ALL; }
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t chdf5_string(void) { return H5T_C_S1; }

// The type of a floating-point number of this many bits in memory; -1 if there is none.
static inline hid_t chdf5_native_float(int bits) {
  return bits == 64 ? H5T_NATIVE_DOUBLE : bits == 32 ? H5T_NATIVE_FLOAT : -1;
}

// The type of an integer of this many bits in memory; -1 if there is none.
static inline hid_t chdf5_native_integer(int bits, int is_signed) {
  switch (bits) {
    case 8: return is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
    case 16: return is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    case 32: return is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    case 64: return is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
    default: return -1;
  }
}

// Stops HDF5 from printing its error stack. The setting is one per thread where the library was
// built thread-safe, so it is made at every entry.
static inline herr_t chdf5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
static inline hid_t chdf5_error_stack(void) { return H5E_DEFAULT; }
