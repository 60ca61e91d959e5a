#include "late.h"
#include <fftw3.h>

static const char *const float_names[] = {"libfftw3f.so.3", "libfftw3f.so", NULL};
static late_library floats = {float_names, NULL};
static const char *const double_names[] = {"libfftw3.so.3", "libfftw3.so", NULL};
static late_library doubles = {double_names, NULL};

LATE(floats, void, fftwf_execute_dft_c2r, (fftwf_plan plan, fftwf_complex *in, float *out),
     (plan, in, out))
LATE(floats, void, fftwf_execute_dft_r2c, (fftwf_plan plan, float *in, fftwf_complex *out),
     (plan, in, out))
LATE(floats, fftwf_plan, fftwf_plan_many_dft_c2r,
     (int rank, const int *sizes, int count, fftwf_complex *in, const int *in_embed, int in_stride,
      int in_distance, float *out, const int *out_embed, int out_stride, int out_distance,
      unsigned flags),
     (rank, sizes, count, in, in_embed, in_stride, in_distance, out, out_embed, out_stride,
      out_distance, flags))
LATE(floats, fftwf_plan, fftwf_plan_many_dft_r2c,
     (int rank, const int *sizes, int count, float *in, const int *in_embed, int in_stride,
      int in_distance, fftwf_complex *out, const int *out_embed, int out_stride, int out_distance,
      unsigned flags),
     (rank, sizes, count, in, in_embed, in_stride, in_distance, out, out_embed, out_stride,
      out_distance, flags))
LATE(doubles, void, fftw_destroy_plan, (fftw_plan plan), (plan))
LATE(doubles, void, fftw_execute, (const fftw_plan plan), (plan))
LATE(doubles, fftw_plan, fftw_plan_dft_c2r_1d,
     (int size, fftw_complex *in, double *out, unsigned flags), (size, in, out, flags))
LATE(doubles, fftw_plan, fftw_plan_dft_r2c_1d,
     (int size, double *in, fftw_complex *out, unsigned flags), (size, in, out, flags))
