// Products of matrices: included by body.h. Each scalar of the result is a sum in the order of the
// inner axis, whatever the width, the blocks or the rows that are asked for.

/// The inner axis is cut, so that what is read of the right factor stays in the first cache.
#define INNER 128
#define MOST (LANES == 16 ? 4 : 2)

/// Where a block of the sum starts, and what becomes of it at its end.
typedef struct {
  const float *right;
  long right_row, inner, lanes;
  /// The row of which all rows are at the start, or `NULL`.
  const float *start;
  int continues, ends;
} NAME(slab);

INLINE void NAME(store_lanes)(float *y, V v, long lanes) {
  if (lanes == LANES) return NAME(store)(y, v);
  float lane[LANES], *from = lane;
  memcpy(lane, &v, sizeof lane);
  if (lanes & 8) { memcpy(y, from, 32); y += 8; from += 8; }
  if (lanes & 4) { memcpy(y, from, 16); y += 4; from += 4; }
  if (lanes & 2) { memcpy(y, from, 8); y += 2; from += 2; }
  if (lanes & 1) memcpy(y, from, 4);
}

/// Sets `ROWS` rows of `VECTORS` vectors, of which the last may be cut.
INLINE void NAME(product_block)(
    const int ROWS, const int VECTORS, const int IS_TRANSPOSED, const float *a, long a_row,
    const NAME(slab) *slab, float *c, const vectors_product_problem *problem) {
#pragma clang fp contract(fast)
  V sums[8][4];
  const long c_row = problem->c_row, right_row = slab->right_row, inner = slab->inner;
#define EACH_ROW _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)
#define EACH_VECTOR _Pragma("clang loop unroll(full)") for (int j = 0; j < VECTORS; j++)
  if (slab->continues) {
    EACH_ROW EACH_VECTOR sums[i][j] = NAME(load)(c + i * c_row + j * LANES);
  } else if (slab->start) {
    EACH_ROW EACH_VECTOR sums[i][j] = NAME(load)(slab->start + j * LANES);
  } else {
    EACH_ROW EACH_VECTOR sums[i][j] = (V)0;
  }
  const float *b = slab->right;
  for (long k = 0; k < inner; k++, b += right_row) {
    V right[4];
    EACH_VECTOR right[j] = NAME(load)(b + j * LANES);
    EACH_ROW EACH_VECTOR
      sums[i][j] += (IS_TRANSPOSED ? a[k * a_row + i] : a[i * a_row + k]) * right[j];
  }
  if (slab->ends) {
    if (problem->scale != 1) { EACH_ROW EACH_VECTOR sums[i][j] *= problem->scale; }
    if (problem->rectifies) {
      EACH_ROW EACH_VECTOR sums[i][j] = NAME(rectified)(sums[i][j]);
    }
  }
  EACH_ROW {
    _Pragma("clang loop unroll(full)") for (int j = 0; j < VECTORS - 1; j++)
      NAME(store)(c + i * c_row + j * LANES, sums[i][j]);
    NAME(store_lanes)(c + i * c_row + (VECTORS - 1) * LANES, sums[i][VECTORS - 1], slab->lanes);
  }
#undef EACH_ROW
#undef EACH_VECTOR
}

#define BLOCKS(ROWS, VECTORS, IS_TRANSPOSED) \
  for (; row + ROWS <= problem->rows; row += ROWS) \
    NAME(product_block)( \
        ROWS, VECTORS, IS_TRANSPOSED, a + row * (IS_TRANSPOSED ? 1 : problem->a.row), \
        problem->a.row, slab, c + row * problem->c_row, problem)
#define STRIPE(ROWS, VECTORS) \
  TARGET static void NAME(stripe_##VECTORS)( \
      const float *a, const NAME(slab) *slab, float *c, const vectors_product_problem *problem) { \
    long row = 0; \
    if (problem->a.is_transposed) { \
      BLOCKS(ROWS, VECTORS, 1); \
      BLOCKS(2, VECTORS, 1); \
      BLOCKS(1, VECTORS, 1); \
    } else { \
      BLOCKS(ROWS, VECTORS, 0); \
      BLOCKS(2, VECTORS, 0); \
      BLOCKS(1, VECTORS, 0); \
    } \
  }
STRIPE(8, 1)
STRIPE(4, 2)
#if LANES == 16
STRIPE(4, 3)
STRIPE(4, 4)
#endif
#undef BLOCKS
#undef STRIPE

/// Puts a part of the right factor into rows of `MOST` vectors.
INLINE void NAME(pack)(vectors_factor b, long k, long column, long inner, long width, float *packed) {
  if (b.is_transposed) {
    for (long at = 0; at < width; at += LANES)
      for (long step = 0; step < inner; step += LANES)
        NAME(transpose)(
            b.x + (column + at) * b.row + k + step, b.row, NAME(left)(width, at),
            packed + step * MOST * LANES + at, MOST * LANES);
    return;
  }
  for (long step = 0; step < inner; step++)
    for (long at = 0; at < width; at += LANES)
      NAME(store)(
          packed + step * MOST * LANES + at, NAME(load)(b.x + (k + step) * b.row + column + at));
}

TARGET static void NAME(product)(const vectors_product_problem *problem) {
  // What a transposition writes beyond the inner axis is not read.
  float packed[(INNER + LANES) * MOST * LANES] __attribute__((aligned(64)));
  vectors_factor b = problem->b;
  // Few rows would not pay for the packing, nor does a factor that fits as it stands.
  int packs = b.is_transposed || (problem->rows >= 32 && b.row > 256);
  // An empty sum is what it starts from.
  for (long k = 0; k == 0 || k < problem->inner; k += INNER) {
    long inner = problem->inner - k < INNER ? problem->inner - k : INNER;
    const float *a = problem->a.x + k * (problem->a.is_transposed ? problem->a.row : 1);
    for (long column = 0; column < problem->columns; column += MOST * LANES) {
      long width = problem->columns - column;
      if (width > MOST * LANES) width = MOST * LANES;
      long vectors = (width + LANES - 1) / LANES;
      NAME(slab) slab = {
          packed, MOST * LANES, inner, width - (vectors - 1) * LANES,
          problem->start ? problem->start + column : 0, k > 0 || problem->adds,
          k + INNER >= problem->inner};
      if (packs) {
        NAME(pack)(b, k, column, inner, width, packed);
      } else {
        slab.right = b.x + k * b.row + column;
        slab.right_row = b.row;
      }
      float *c = problem->c + column;
      switch (vectors) {
        case 1: NAME(stripe_1)(a, &slab, c, problem); break;
        case 2: NAME(stripe_2)(a, &slab, c, problem); break;
#if LANES == 16
        case 3: NAME(stripe_3)(a, &slab, c, problem); break;
        default: NAME(stripe_4)(a, &slab, c, problem);
#endif
      }
    }
  }
}
#undef INNER
#undef MOST
