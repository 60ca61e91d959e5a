#include "CVectors.h"
#include <math.h>
#include <string.h>

#pragma clang fp contract(off)

/// One set of loops for each width.
struct loops {
  void (*map)(vectors_function, const float *, float *, long);
  double (*exponentials)(const float *, float, float *, long);
  double (*sigmoid_cross_entropy)(const float *, const float *, long);
  void (*softplus_slope)(const float *, const float *, float *, long);
  void (*adam)(float *, const float *, float *, float *, long, const vectors_adam_step *);
};

/// Adds sixteen sums in the order of a tree.
static inline float sum_of_lanes(const float *lane) {
  float sum[8];
  for (int i = 0; i < 8; i++) sum[i] = lane[i] + lane[i + 8];
  for (int i = 0; i < 4; i++) sum[i] += sum[i + 4];
  return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

#define NAME(x) base_##x
#define LANES 4
#define TARGET
#define INLINE static inline __attribute__((always_inline))
#include "body.h"

#if defined(__x86_64__)
#define NAME(x) avx2_##x
#define LANES 8
#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline, target("avx2")))
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
  if (width >= 256 && __builtin_cpu_supports("avx2")) {
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
void vectors_softplus_slope(const float *c, const float *s, float *y, long count) {
  loops()->softplus_slope(c, s, y, count);
}
void vectors_gather(const float *x, const long *rows, long count, long width, float *y) {
  unsigned long bytes = sizeof(float) * (unsigned long)width;
  for (long row = 0; row < count; row++) {
    if (row + 2 < count) {
      const char *next = (const char *)(x + rows[row + 2] * width);
      for (unsigned long at = 0; at < bytes; at += 64) __builtin_prefetch(next + at);
    }
    memcpy(y + row * width, x + rows[row] * width, bytes);
  }
}
void vectors_adam(
    float *p, const float *g, float *m, float *v, long count, const vectors_adam_step *step) {
  loops()->adam(p, g, m, v, count, step);
}
