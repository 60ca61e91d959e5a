// The loops, for one width: included by vectors.c with NAME(x) and the target set.

typedef float NAME(V) __attribute__((ext_vector_type(LANES)));
typedef int NAME(I) __attribute__((ext_vector_type(LANES)));
typedef double NAME(D) __attribute__((ext_vector_type(LANES)));
#define V NAME(V)
#define I NAME(I)
#define D NAME(D)
#define BITS(x) ((I)(x))
#define FLOATS(x) ((V)(x))

INLINE V NAME(load)(const float *x) {
  V v;
  memcpy(&v, x, sizeof v);
  return v;
}
INLINE void NAME(store)(float *y, V v) { memcpy(y, &v, sizeof v); }

INLINE V NAME(rectified)(V x) { return x < 0 ? (V)0 : x; }
INLINE V NAME(magnitude)(V x) { return x < 0 ? -x : x; }
INLINE V NAME(power_of_two)(I n) { return FLOATS((n + 127) << 23); }

/// To about one unit in the last place (Cephes); infinite beyond 88.72, zero below -103.97.
INLINE V NAME(exp)(V x) {
  x = x > 89 ? (V)89 : x;
  x = x < -105 ? (V)-105 : x;
  // Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits.
  V shifted = x * 1.44269504f + 12582912.0f;
  V n = shifted - 12582912.0f;
  V r = x - n * 0.693359375f + n * 2.1219444e-4f;
  V p = r * 1.9875691e-4f + 1.3982e-3f;
  p = p * r + 8.333452e-3f;
  p = p * r + 4.1665796e-2f;
  p = p * r + 0.16666666f;
  p = p * r + 0.5f;
  V fraction = p * r * r + r + 1;
  // The power of two in two factors: one alone would leave the range before the product does.
  I exponent = BITS(shifted) - 0x4B400000;
  I half = exponent >> 1;
  return fraction * NAME(power_of_two)(half) * NAME(power_of_two)(exponent - half);
}

/// To about one unit in the last place (Cephes).
INLINE V NAME(log)(V x) {
  // A number below the normal range is brought into it first.
  I is_tiny = x < 1.1754944e-38f;
  V y = is_tiny ? x * 0x1p25f : x;
  I exponent = (BITS(y) >> 23) - 126;
  exponent = is_tiny ? exponent - 25 : exponent;
  V fraction = FLOATS((BITS(y) & 0x007FFFFF) | 0x3F000000);
  I is_low = fraction < 0.70710677f;
  exponent = is_low ? exponent - 1 : exponent;
  V m = (is_low ? fraction + fraction : fraction) - 1;
  V e = __builtin_convertvector(exponent, V);
  V z = m * m;
  V p = m * 7.0376836e-2f - 0.1151461f;
  p = p * m + 0.11676999f;
  p = p * m - 0.12420141f;
  p = p * m + 0.14249323f;
  p = p * m - 0.16668058f;
  p = p * m + 0.20000715f;
  p = p * m - 0.24999994f;
  p = p * m + 0.3333333f;
  V tail = m * z * p - e * 2.1219444e-4f - z * 0.5f;
  V result = m + tail + e * 0.693359375f;
  result = x < INFINITY ? result : x;
  result = x < 0 ? (V)NAN : result;
  return x == 0 ? (V)-INFINITY : result;
}

/// `log(1 + x)` for `x` from 0 to 1, without the loss of small `x` (Kahan).
INLINE V NAME(log_one_more)(V x) {
  V sum = 1 + x;
  return sum == 1 ? x : NAME(log)(sum) * x / (sum - 1);
}

INLINE V NAME(sigmoid)(V x) { return 1 / (1 + NAME(exp)(-x)); }

INLINE V NAME(softplus)(V x) {
  return NAME(rectified)(x) + NAME(log_one_more)(NAME(exp)(-NAME(magnitude)(x)));
}

/// By a polynomial where the quotient would cancel (Cephes).
INLINE V NAME(tanh)(V x) {
  V far = 1 - 2 / (1 + NAME(exp)(x + x));
  V z = x * x;
  V p = z * -5.7049887e-3f + 2.0639089e-2f;
  p = p * z - 5.3739715e-2f;
  p = p * z + 0.13331442f;
  p = p * z - 0.3333328f;
  return z < 0.390625f ? p * z * x + x : far;
}

/// `1 - exp(-x)` for positive `x`, by a series where it would cancel.
INLINE V NAME(rise)(V x) {
  V series = x * (-1.0f / 720) + 1.0f / 120;
  series = series * x - 1.0f / 24;
  series = series * x + 1.0f / 6;
  series = series * x - 0.5f;
  series = series * x + 1;
  return x < 0.25f ? series * x : 1 - NAME(exp)(-x);
}

INLINE V NAME(elu)(V x) { return x > 0 ? x : -NAME(rise)(-x); }
INLINE V NAME(silu)(V x) { return x * NAME(sigmoid)(x); }

/// The error function, to about two units in the last place: polynomials fitted to `erf(x) / x` over
/// `x²` up to 1, and to `log(1 - erf(x))` from 1 to 4.
INLINE V NAME(erf)(V x) {
  V z = x * x;
  V near = z * 7.88911957e-5f - 8.02084129e-4f;
  near = near * z + 5.18953534e-3f;
  near = near * z - 2.68544446e-2f;
  near = near * z + 0.112836002f;
  near = near * z - 0.376126271f;
  near = near * z + 1.12837917f;
  V t = NAME(magnitude)(x);
  t = t > 4 ? (V)4 : t;
  V p = t * 2.51326542e-7f - 2.53148073e-5f;
  p = p * t + 4.63788011e-4f;
  p = p * t - 4.28238259e-3f;
  p = p * t + 2.53735557e-2f;
  p = p * t - 0.108638998f;
  p = p * t - 0.633039613f;
  p = p * t - 1.12966116f;
  p = p * t + 2.0435987e-4f;
  V far = 1 - NAME(exp)(p);
  return z < 1 ? near * x : x < 0 ? -far : x > 0 ? far : x;
}

INLINE V NAME(gelu)(V x) { return 0.5f * x * (1 + NAME(erf)(x * 0.70710678f)); }
INLINE V NAME(gelu_argument)(V x) { return x * (0.79788456f + 0.035677408f * x * x); }
INLINE V NAME(gelu_tanh)(V x) { return 0.5f * x * (1 + NAME(tanh)(NAME(gelu_argument)(x))); }

/// The sine a number of quarter turns further on (Cephes); the turns are taken off in double
/// precision, and beyond 10⁹ the library's own function is asked.
INLINE V NAME(turned_sine)(V x, int quarters) {
  D wide = __builtin_convertvector(x, D);
  D turns = wide * 0.63661977236758134 + 6755399441055744.0;
  turns = turns - 6755399441055744.0;
  D rest = wide - turns * 1.5707963267341256 - turns * 6.0771005065061922e-11;
  V r = __builtin_convertvector(rest, V);
  // Not a number counts as far too.
  I is_far = (NAME(magnitude)(x) <= 1e9f) ^ -1;
  I n = __builtin_convertvector(turns, I) + quarters;
  V z = r * r;
  V sine = ((z * -1.9515296e-4f + 8.3321609e-3f) * z - 0.16666655f) * z * r + r;
  V cosine = ((z * 2.4433157e-5f - 1.3887316e-3f) * z + 4.1666646e-2f) * z * z - 0.5f * z + 1;
  V result = (n & 1) != 0 ? cosine : sine;
  result = (n & 2) != 0 ? -result : result;
  if (__builtin_reduce_or(is_far))
    for (int i = 0; i < LANES; i++)
      if (is_far[i]) result[i] = quarters ? cosf(x[i]) : sinf(x[i]);
  return result;
}
INLINE V NAME(sin)(V x) { return NAME(turned_sine)(x, 0); }
INLINE V NAME(cos)(V x) { return NAME(turned_sine)(x, 1); }

/// Calls `EACH(offset, lanes)` for whole vectors, and once for what is left of one.
#define OVER(count, EACH) \
  do { \
    long offset = 0; \
    for (; offset + LANES <= (count); offset += LANES) EACH(offset, LANES); \
    if (offset < (count)) EACH(offset, (count)-offset); \
  } while (0)
INLINE V NAME(load_some)(const float *x, long lanes) {
  if (lanes == LANES) return NAME(load)(x);
  V v = 0;
  memcpy(&v, x, sizeof(float) * (unsigned long)lanes);
  return v;
}
INLINE void NAME(store_some)(float *y, V v, long lanes) {
  if (lanes == LANES) NAME(store)(y, v);
  else memcpy(y, &v, sizeof(float) * (unsigned long)lanes);
}

#define MAP(function) \
  case vectors_##function: { \
    _Pragma("clang loop unroll_count(2)") for (; offset + LANES <= count; offset += LANES) \
      NAME(store)(y + offset, NAME(function)(NAME(load)(x + offset))); \
    if (offset < count) \
      NAME(store_some)( \
          y + offset, NAME(function)(NAME(load_some)(x + offset, count - offset)), \
          count - offset); \
    break; \
  }
TARGET static void NAME(map)(vectors_function function, const float *x, float *y, long count) {
  long offset = 0;
  switch (function) {
    MAP(exp)
    MAP(log)
    MAP(tanh)
    MAP(sigmoid)
    MAP(softplus)
    MAP(elu)
    MAP(silu)
    MAP(gelu)
    MAP(gelu_tanh)
    MAP(sin)
    MAP(cos)
    MAP(erf)
  }
}
#undef MAP

INLINE I NAME(lane_numbers)(void) {
  I numbers;
  memcpy(&numbers, lane_numbers, sizeof numbers);
  return numbers;
}

/// Sums of 16 lanes side by side, whatever the width, are added up in Double each 1024 scalars.
#define TOTAL(total, count, TERM) \
  do { \
    for (long block = 0; block < (count); block += 1024) { \
      V sums[16 / LANES] = {0}; \
      long end = block + 1024 < (count) ? block + 1024 : (count); \
      for (long start = block; start < end; start += 16) \
        for (int part = 0; part < 16 / LANES; part++) { \
          long offset = start + part * LANES, left = end - offset; \
          if (left <= 0) break; \
          long lanes = left < LANES ? left : LANES; \
          V term = TERM; \
          if (lanes < LANES) term = NAME(lane_numbers)() < (int)lanes ? term : (V)0; \
          sums[part] += term; \
        } \
      float lane[16]; \
      memcpy(lane, sums, sizeof lane); \
      (total) += sum_of_lanes(lane); \
    } \
  } while (0)

INLINE V NAME(stored_exponential)(const float *x, float less, float *y, long lanes) {
  V e = NAME(exp)(NAME(load_some)(x, lanes) - less);
  NAME(store_some)(y, e, lanes);
  return e;
}
TARGET static double NAME(exponentials)(const float *x, float less, float *y, long count) {
  double total = 0;
  TOTAL(total, count, NAME(stored_exponential)(x + offset, less, y + offset, lanes));
  return total;
}

INLINE V NAME(cross_entropy)(V x, V t) {
  return NAME(rectified)(x) - x * t + NAME(log_one_more)(NAME(exp)(-NAME(magnitude)(x)));
}
TARGET static double NAME(sigmoid_cross_entropy)(const float *x, const float *t, long count) {
  double total = 0;
  TOTAL(
      total, count,
      NAME(cross_entropy)(NAME(load_some)(x + offset, lanes), NAME(load_some)(t + offset, lanes)));
  return total;
}

INLINE V NAME(elu_slope)(V x) { return x > 0 ? (V)0 + 1 : NAME(exp)(x); }
INLINE V NAME(silu_slope)(V x) {
  V s = NAME(sigmoid)(x);
  return s * (1 + x * (1 - s));
}
INLINE V NAME(gelu_slope)(V x) {
  return 0.5f * (1 + NAME(erf)(x * 0.70710678f)) + x * 0.39894228f * NAME(exp)(-0.5f * x * x);
}
INLINE V NAME(gelu_tanh_slope)(V x) {
  V t = NAME(tanh)(NAME(gelu_argument)(x));
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * (0.79788456f + 0.10703222f * x * x);
}

#define SLOPE(function, of) \
  case vectors_##function: \
    for (long offset = 0; offset < count; offset += LANES) { \
      long lanes = count - offset < LANES ? count - offset : LANES; \
      V slope = NAME(of)(NAME(load_some)(s + offset, lanes)); \
      NAME(store_some)(y + offset, NAME(load_some)(c + offset, lanes) * slope, lanes); \
    } \
    break;
TARGET static void NAME(slope)(
    vectors_function function, const float *c, const float *s, float *y, long count) {
  switch (function) {
    SLOPE(softplus, rise)
    SLOPE(elu, elu_slope)
    SLOPE(silu, silu_slope)
    SLOPE(gelu, gelu_slope)
    SLOPE(gelu_tanh, gelu_tanh_slope)
  default: break;
  }
}
#undef SLOPE

#define COMBINE(pairing, expression) \
  case vectors_##pairing: \
    for (; offset + LANES <= count; offset += LANES) { \
      V left = NAME(load)(a + offset), right = NAME(load)(b + offset); \
      NAME(store)(y + offset, expression); \
    } \
    if (offset < count) { \
      V left = NAME(load_some)(a + offset, count - offset); \
      V right = NAME(load_some)(b + offset, count - offset); \
      NAME(store_some)(y + offset, expression, count - offset); \
    } \
    break;
TARGET static void NAME(combine)(
    vectors_pairing pairing, const float *a, const float *b, float *y, long count) {
  long offset = 0;
  switch (pairing) {
    COMBINE(add, left + right)
    COMBINE(subtract, left - right)
    COMBINE(multiply, left * right)
    COMBINE(relu_slope, right <= 0 ? (V)0 : left)
    COMBINE(tanh_slope, left * (1 - right * right))
    COMBINE(sigmoid_slope, left * right * (1 - right))
  }
}
#undef COMBINE

TARGET static void NAME(scaled_difference)(
    const float *a, const float *b, float factor, float *y, long count) {
#define EACH(offset, lanes) \
  NAME(store_some)( \
      y + offset, \
      (NAME(load_some)(a + offset, lanes) - NAME(load_some)(b + offset, lanes)) * factor, lanes)
  OVER(count, EACH);
#undef EACH
}

INLINE void NAME(adam_some)(
    float *p, const float *g, float *m, float *v, float *w, long lanes,
    const vectors_adam_step *step) {
  V old = NAME(load_some)(p, lanes);
  V slope = NAME(load_some)(g, lanes) + step->added_decay * old;
  V mean = step->mean_decay * NAME(load_some)(m, lanes) + (1 - step->mean_decay) * slope;
  V square =
      step->square_decay * NAME(load_some)(v, lanes) + (1 - step->square_decay) * slope * slope;
  NAME(store_some)(m, mean, lanes);
  NAME(store_some)(v, square, lanes);
  if (w) {
    V greatest = NAME(load_some)(w, lanes);
    square = square > greatest ? square : greatest;
    NAME(store_some)(w, square, lanes);
  }
  V root = __builtin_elementwise_sqrt(square) * step->square_correction + step->epsilon;
  V move = step->mean_rate * mean + step->slope_rate * slope;
  NAME(store_some)(p, step->kept * old - move / root, lanes);
}
TARGET static void NAME(adam)(
    float *p, const float *g, float *m, float *v, float *w, long count,
    const vectors_adam_step *step) {
  const vectors_adam_step held = *step;
#define EACH(offset, lanes) \
  NAME(adam_some)(p + offset, g + offset, m + offset, v + offset, 0, lanes, &held)
#define EACH_BOUNDED(offset, lanes) \
  NAME(adam_some)(p + offset, g + offset, m + offset, v + offset, w + offset, lanes, &held)
  if (w) OVER(count, EACH_BOUNDED);
  else OVER(count, EACH);
#undef EACH
#undef EACH_BOUNDED
}

#include "correlation.h"
#include "taps.h"
#include "rows.h"
#include "transposition.h"
#include "products.h"
#if LANES == 8
#include "tiles.h"
#endif

static const struct loops NAME(loops) = {
    NAME(map),          NAME(exponentials), NAME(sigmoid_cross_entropy),
    NAME(slope), NAME(adam),           NAME(maximum),
    NAME(weigh),        NAME(weigh_back),   NAME(lstm),
    NAME(lstm_slopes),  NAME(gru),          NAME(gru_slopes),
    NAME(normalize),    NAME(normalize_back), NAME(combine),
    NAME(scaled_difference), NAME(add_row),   NAME(softmax),
    NAME(correlate),    NAME(product),      NAME(correlate_taps),
    NAME(gather_taps),
};

#undef V
#undef I
#undef D
#undef BITS
#undef FLOATS
#undef OVER
#undef TOTAL
#undef NAME
#undef TARGET
#undef INLINE
#undef LANES
