#include "CVectors.h"
#include <math.h>
#include <string.h>

#pragma clang fp contract(off)

/// One set of loops for each width.
struct loops {
  void (*map)(vectors_function, const float *, float *, long);
  double (*exponentials)(const float *, float, float *, long);
  double (*sigmoid_cross_entropy)(const float *, const float *, long);
  void (*slope)(vectors_function, const float *, const float *, float *, long);
  void (*adam)(
      float *, const float *, float *, float *, float *, long, const vectors_adam_step *);
  float (*maximum)(const float *, long);
  void (*weigh)(float *, const float *, long, long, long, long, long);
  void (*weigh_back)(float *, const float *, long, long);
  void (*lstm)(float *, const float *, const float *, float *, float *, long, long);
  void (*lstm_slopes)(
      const float *, const float *, const float *, const float *, const float *, long, float *,
      float *, long, long);
  void (*gru)(
      float *, const float *, const float *, float *, const float *, float *, long, long);
  void (*gru_slopes)(
      const float *, const float *, const float *, float *, const float *, long, float *, float *,
      long, long);
  void (*normalize)(
      const float *, const float *, const float *, float, float *, float *, float *, long, long);
  void (*normalize_back)(
      const float *, const float *, const float *, const float *, const float *, float *, float *,
      float *, long, long);
  void (*combine)(vectors_pairing, const float *, const float *, float *, long);
  void (*scaled_difference)(const float *, const float *, float, float *, long);
  void (*add_row)(float *, const float *, long, long, int);
  void (*softmax)(const float *, float *, float *, double *, long, long);
  void (*correlate)(const float *, const float *, const vectors_pair *, long, float *, long);
  void (*product)(const vectors_product_problem *);
  void (*correlate_taps)(const vectors_sliding *, const float *, const float *, float *);
  void (*gather_taps)(const vectors_sliding *, const float *, const float *, float *);
};

static const int lane_numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Adds sixteen sums in the order of a tree.
static inline float sum_of_lanes(const float *lane) {
  float sum[8];
  for (int i = 0; i < 8; i++) sum[i] = lane[i] + lane[i + 8];
  for (int i = 0; i < 4; i++) sum[i] += sum[i + 4];
  return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

#include "tileplan.h"

#define NAME(x) base_##x
#define LANES 4
#define TARGET
#define INLINE static inline __attribute__((always_inline))
#include "body.h"

#if defined(__x86_64__)
#define NAME(x) avx2_##x
#define LANES 8
#define TARGET __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline, target("avx2,fma")))
#include "body.h"

#define NAME(x) avx512_##x
#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl")))
#define INLINE \
  static inline __attribute__((always_inline, target("avx512f,avx512dq,avx512bw,avx512vl")))
#include "body.h"
#endif

static const struct loops *chosen;
static int chosen_width;

void vectors_use(int width) {
  const struct loops *loops = &base_loops;
  int found = 128;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (width >= 256 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    loops = &avx2_loops;
    found = 256;
  }
  if (width >= 512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    loops = &avx512_loops;
    found = 512;
  }
#endif
  __atomic_store_n(&chosen_width, found, __ATOMIC_RELAXED);
  __atomic_store_n(&chosen, loops, __ATOMIC_RELEASE);
}

static inline const struct loops *loops(void) {
  const struct loops *found = __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
  if (found) return found;
  vectors_use(512);
  return __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
}

int vectors_width(void) {
  loops();
  return __atomic_load_n(&chosen_width, __ATOMIC_RELAXED);
}

void vectors_map(vectors_function function, const float *x, float *y, long count) {
  loops()->map(function, x, y, count);
}
double vectors_exponentials(const float *x, float less, float *y, long count) {
  return loops()->exponentials(x, less, y, count);
}
double vectors_sigmoid_cross_entropy(const float *x, const float *t, long count) {
  return loops()->sigmoid_cross_entropy(x, t, count);
}
void vectors_slope(
    vectors_function function, const float *c, const float *s, float *y, long count) {
  loops()->slope(function, c, s, y, count);
}
void vectors_gather(const float *x, const long *rows, long count, long width, float *y) {
  unsigned long bytes = sizeof(float) * (unsigned long)width;
  long ahead = bytes < 2048 ? 1 + (long)(4096 / (bytes + 1)) : 2;
  if (ahead > 16) ahead = 16;
  for (long row = 0; row < count; row++) {
    if (row + ahead < count) {
      const char *next = (const char *)(x + rows[row + ahead] * width);
      for (unsigned long at = 0; at < bytes; at += 64) __builtin_prefetch(next + at);
    }
    memcpy(y + row * width, x + rows[row] * width, bytes);
  }
}
void vectors_adam(
    float *p, const float *g, float *m, float *v, float *w, long count,
    const vectors_adam_step *step) {
  loops()->adam(p, g, m, v, w, count, step);
}
float vectors_maximum(const float *x, long count) { return loops()->maximum(x, count); }
void vectors_weigh(
    float *scores, const float *mask, long mask_step, long rows, long count, long stride,
    long visible) {
  loops()->weigh(scores, mask, mask_step, rows, count, stride, visible);
}
void vectors_weigh_back(float *slopes, const float *weights, long rows, long stride) {
  loops()->weigh_back(slopes, weights, rows, stride);
}
void vectors_lstm(
    float *gates, const float *bias, const float *cells, float *next, float *hidden, long rows,
    long width) {
  loops()->lstm(gates, bias, cells, next, hidden, rows, width);
}
void vectors_lstm_slopes(
    const float *gates, const float *cells, const float *next, const float *carried,
    const float *here, long here_step, float *cell_slopes, float *slopes, long rows, long width) {
  loops()->lstm_slopes(
      gates, cells, next, carried, here, here_step, cell_slopes, slopes, rows, width);
}
void vectors_gru(
    float *gates, const float *recurrent, const float *bias, float *cells, const float *hidden,
    float *next, long rows, long width) {
  loops()->gru(gates, recurrent, bias, cells, hidden, next, rows, width);
}
void vectors_gru_slopes(
    const float *gates, const float *cells, const float *hidden, float *carried, const float *here,
    long here_step, float *slopes, float *recurrent, long rows, long width) {
  loops()->gru_slopes(
      gates, cells, hidden, carried, here, here_step, slopes, recurrent, rows, width);
}
void vectors_normalize(
    const float *x, const float *scale, const float *shift, float epsilon, float *y, float *means,
    float *factors, long rows, long width) {
  loops()->normalize(x, scale, shift, epsilon, y, means, factors, rows, width);
}
void vectors_normalize_back(
    const float *c, const float *x, const float *scale, const float *means, const float *factors,
    float *slopes, float *scale_slope, float *shift_slope, long rows, long width) {
  loops()->normalize_back(
      c, x, scale, means, factors, slopes, scale_slope, shift_slope, rows, width);
}
void vectors_correlate(
    const float *x, const float *c, const vectors_pair *pairs, long count, float *weights,
    long width) {
  loops()->correlate(x, c, pairs, count, weights, width);
}
void vectors_correlate_taps(
    const vectors_sliding *sliding, const float *x, const float *c, float *weights) {
  loops()->correlate_taps(sliding, x, c, weights);
}
void vectors_gather_taps(
    const vectors_sliding *sliding, const float *c, const float *w, float *x) {
  loops()->gather_taps(sliding, c, w, x);
}
void vectors_product(const vectors_product_problem *problem) { loops()->product(problem); }
void vectors_combine(
    vectors_pairing pairing, const float *a, const float *b, float *y, long count) {
  loops()->combine(pairing, a, b, y, count);
}
void vectors_scaled_difference(
    const float *a, const float *b, float factor, float *y, long count) {
  loops()->scaled_difference(a, b, factor, y, count);
}
void vectors_add_row(float *y, const float *row, long rows, long width, int rectifies) {
  loops()->add_row(y, row, rows, width, rectifies);
}
void vectors_softmax(
    const float *x, float *y, float *greatest, double *sums, long rows, long width) {
  loops()->softmax(x, y, greatest, sums, rows, width);
}

int vectors_have_tiles(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#define TILES(call) avx2_##call
#else
  return 0;
#define TILES(call) __builtin_trap()
#endif
}
void vectors_enter_kernels(
    const vectors_tiles *tiles, vectors_kernel kernel, float *weights, long block) {
  TILES(enter_kernels(tiles, kernel, weights, block));
}
void vectors_leave_kernels(
    const vectors_tiles *tiles, vectors_kernel kernel, float *sums, long parts, long block) {
  TILES(leave_kernels(tiles, kernel, sums, parts, block));
}
void vectors_convolve_tiles(const vectors_tiles *tiles, long first, long count, float *scratch) {
  TILES(convolve_tiles(tiles, first, count, scratch));
}
void vectors_sum_tiles(
    const vectors_tiles *tiles, long first, long count, float *sums, float *scratch) {
  TILES(sum_tiles(tiles, first, count, sums, scratch));
}
