// The loops, for one width: included by vectors.c with NAME(x) and the target set.

typedef float NAME(V) __attribute__((ext_vector_type(LANES)));
typedef int NAME(I) __attribute__((ext_vector_type(LANES)));
#define V NAME(V)
#define I NAME(I)
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
  }
}
#undef MAP

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
          if (lanes < LANES) { \
            V cut = 0; \
            memcpy(&cut, &term, sizeof(float) * (unsigned long)lanes); \
            term = cut; \
          } \
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

TARGET static void NAME(softplus_slope)(const float *c, const float *s, float *y, long count) {
#define EACH(offset, lanes) \
  NAME(store_some)( \
      y + offset, \
      NAME(load_some)(c + offset, lanes) * NAME(rise)(NAME(load_some)(s + offset, lanes)), lanes)
  OVER(count, EACH);
#undef EACH
}

INLINE void NAME(adam_some)(
    float *p, const float *g, float *m, float *v, long lanes, const vectors_adam_step *step) {
  V slope = NAME(load_some)(g, lanes);
  V mean = step->mean_decay * NAME(load_some)(m, lanes) + (1 - step->mean_decay) * slope;
  V square =
      step->square_decay * NAME(load_some)(v, lanes) + (1 - step->square_decay) * slope * slope;
  NAME(store_some)(m, mean, lanes);
  NAME(store_some)(v, square, lanes);
  V root = __builtin_elementwise_sqrt(square) * step->square_correction + step->epsilon;
  NAME(store_some)(p, NAME(load_some)(p, lanes) - step->rate * mean / root, lanes);
}
TARGET static void NAME(adam)(
    float *p, const float *g, float *m, float *v, long count, const vectors_adam_step *step) {
  const vectors_adam_step held = *step;
#define EACH(offset, lanes) \
  NAME(adam_some)(p + offset, g + offset, m + offset, v + offset, lanes, &held)
  OVER(count, EACH);
#undef EACH
}

static const struct loops NAME(loops) = {
    NAME(map),          NAME(exponentials), NAME(sigmoid_cross_entropy),
    NAME(softplus_slope), NAME(adam),
};

#undef V
#undef I
#undef BITS
#undef FLOATS
#undef OVER
#undef TOTAL
#undef NAME
#undef TARGET
#undef INLINE
#undef LANES
