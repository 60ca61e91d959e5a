// Convolutions of 3×3 pixels by tiles, for 256 bits: included by body.h.
//
// Where a line of a tile is multiplied, `entries` made of its pixels meet as many made of the kernel's
// line, and the products are added to `products` of which the results are made; both axes do so.

#define EACH(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++)
#define Y(i) y[(i) * step]

/// Sets what enters of a line of pixels; `y` is stepped.
INLINE void NAME(enter)(const vectors_tile_kind KIND, const V *x, V *y, const int step) {
#pragma clang fp contract(fast)
  if (KIND == vectors_stride_1) {
    V even = x[4] - 2.25f * x[2], odd = x[3] - 2.25f * x[1];
    V far_even = x[4] - 0.390625f * x[2], far_odd = x[3] - 0.390625f * x[1];
    Y(0) = 0.87890625f * x[0] - 2.640625f * x[2] + x[4];
    Y(1) = even + 0.625f * odd;
    Y(2) = even - 0.625f * odd;
    Y(3) = far_even + 1.5f * far_odd;
    Y(4) = far_even - 1.5f * far_odd;
    Y(5) = 0.87890625f * x[1] - 2.640625f * x[3] + x[5];
  } else if (KIND != vectors_stride_2) {
    Y(0) = x[0] - x[1];
    Y(1) = x[1];
    Y(2) = x[2] - x[1];
    Y(3) = KIND == vectors_gradient_even ? x[2] : x[0];
  } else {
    Y(0) = x[0] - x[2];
    Y(1) = x[1];
    Y(2) = x[2];
    Y(3) = x[4] - x[2];
    Y(4) = x[3];
  }
}

/// Sets the results of a line of products.
INLINE void NAME(leave)(const vectors_tile_kind KIND, const V *x, V *y, const int step) {
#pragma clang fp contract(fast)
  if (KIND == vectors_stride_1) {
    V near = x[1] + x[2], far = x[3] + x[4], odd = x[1] - x[2], far_odd = x[3] - x[4];
    Y(0) = x[0] + near + far;
    Y(1) = 0.625f * odd + 1.5f * far_odd;
    Y(2) = 0.390625f * near + 2.25f * far;
    Y(3) = 0.244140625f * odd + 3.375f * far_odd + x[5];
  } else if (KIND == vectors_stride_2) {
    Y(0) = x[0] + x[1];
    Y(1) = x[1] + x[2];
  } else if (KIND == vectors_gradient_even) {
    Y(0) = x[0] + x[1];
    Y(1) = x[2];
    Y(2) = x[1] + x[3];
    Y(3) = x[4];
  } else {
    Y(0) = x[0];
    Y(1) = x[1] + x[2];
    Y(2) = x[3];
    Y(3) = x[2] + x[4];
  }
}

/// Sets what enters of a line of slopes: the transpose of `leave`.
INLINE void NAME(enter_slopes)(const vectors_tile_kind KIND, const V *x, V *y, const int step) {
#pragma clang fp contract(fast)
  if (KIND == vectors_stride_1) {
    V near = x[0] + 0.390625f * x[2], odd = 0.625f * x[1] + 0.244140625f * x[3];
    V far = x[0] + 2.25f * x[2], far_odd = 1.5f * x[1] + 3.375f * x[3];
    Y(0) = x[0];
    Y(1) = near + odd;
    Y(2) = near - odd;
    Y(3) = far + far_odd;
    Y(4) = far - far_odd;
    Y(5) = x[3];
  } else {
    Y(0) = x[0];
    Y(1) = x[0] + x[1];
    Y(2) = x[1];
  }
}

// With p = 5/8 and q = 3/2: 1 / p²q², 1 / 2p²(p² - q²) and 1 / 2q²(q² - p²).
#define FIRST 1.13777777777778f
#define NEAR (-0.688403361344538f)
#define FAR 0.119514472455649f
/// Sets what enters of a line of a kernel.
INLINE void NAME(enter_kernel)(const vectors_tile_kind KIND, const V *x, V *y, const int step) {
#pragma clang fp contract(fast)
  if (KIND == vectors_stride_1) {
    V near = NEAR * x[0] + NEAR * 0.390625f * x[2], far = FAR * x[0] + FAR * 2.25f * x[2];
    V odd = NEAR * 0.625f * x[1], far_odd = FAR * 1.5f * x[1];
    Y(0) = FIRST * x[0];
    Y(1) = near + odd;
    Y(2) = near - odd;
    Y(3) = far + far_odd;
    Y(4) = far - far_odd;
    Y(5) = x[2];
  } else {
    Y(0) = x[0];
    Y(1) = x[1];
    Y(2) = x[0] + x[2];
    Y(3) = x[2];
  }
}

/// Sets the slopes of a line of a kernel: its transpose.
INLINE void NAME(leave_kernel)(const vectors_tile_kind KIND, const V *x, V *y, const int step) {
#pragma clang fp contract(fast)
  if (KIND == vectors_stride_1) {
    V near = NEAR * (x[1] + x[2]), far = FAR * (x[3] + x[4]);
    Y(0) = FIRST * x[0] + near + far;
    Y(1) = NEAR * 0.625f * (x[1] - x[2]) + FAR * 1.5f * (x[3] - x[4]);
    Y(2) = 0.390625f * near + 2.25f * far + x[5];
  } else {
    Y(0) = x[0] + x[2];
    Y(1) = x[1];
    Y(2) = x[2] + x[3];
  }
}
#undef FIRST
#undef NEAR
#undef FAR
#undef Y

/// Changes a square of `FROM` vectors to one of `TO`, column by column and then row by row.
#define CHANGE(HOW, FROM, TO, LOAD, STORE) \
  { \
    V line[6], half[6][6], whole[6]; \
    EACH(i, FROM) { \
      EACH(j, FROM) line[j] = LOAD; \
      NAME(HOW)(KIND, line, &half[0][i], 6); \
    } \
    EACH(j, TO) { \
      NAME(HOW)(KIND, half[j], whole, 1); \
      EACH(i, TO) STORE; \
    } \
  }

/// Copies rows of pixels, with zeros where the image has none, and asks for those `step` further on.
INLINE void NAME(frame)(
    const float *image, long height, long width, long top, long left, long rows, long columns,
    long step, float *y) {
  const long start = left < 0 ? -left : 0, end = width - left < columns ? width - left : columns;
  for (long j = top; j < top + rows; j++, y += columns * LANES) {
    if (j < 0 || j >= height) {
      memset(y, 0, sizeof(float) * LANES * (size_t)columns);
      continue;
    }
    const float *x = image + (j * width + left) * LANES;
    for (long i = 0; i < start; i++) NAME(store)(y + i * LANES, (V)0);
    for (long i = start; i < end; i++) {
      __builtin_prefetch(x + (i + step * width) * LANES);
      NAME(store)(y + i * LANES, NAME(load)(x + i * LANES));
    }
    for (long i = end; i < columns; i++) NAME(store)(y + i * LANES, (V)0);
  }
}

/// Lets rows of tiles enter the planes: of the images or, for sums, of the slopes.
INLINE void NAME(enter_tiles)(
    const vectors_tile_kind KIND, const int IS_SLOPE, const vectors_tiles *t, long first, long count,
    float *planes, long plane, float *pixels) {
  const struct tile_kind kind = tile_kinds[KIND];
  const int extent = IS_SLOPE ? kind.results : kind.extent;
  const int entries = IS_SLOPE ? kind.products : kind.entries;
  const int step = IS_SLOPE ? kind.results : kind.step;
  const long height = IS_SLOPE ? t->result_height : t->height;
  const long width = IS_SLOPE ? t->result_width : t->width;
  const long channels = IS_SLOPE ? t->outputs : t->channels;
  const long above = IS_SLOPE ? 0 : t->above, before = IS_SLOPE ? 0 : t->before;
  const float *images = IS_SLOPE ? t->y : t->x;
  const long columns = t->columns * step + extent - step, row_size = columns * LANES;
  // Two blocks of channels, one after the other, fill the lines of the cache.
  for (long pair = 0; pair < channels; pair += 2 * LANES)
    for (long row = first; row < first + count; row++) {
      const struct tile_places places = places_of_row(t, first, count, row);
      for (long channel = pair; channel < channels && channel < pair + 2 * LANES; channel += LANES) {
        NAME(frame)(
            images + (row / t->rows * channels + channel) * height * width, height, width,
            row % t->rows * step - above, -before, extent, columns, step, pixels);
        for (long column = 0; column < t->columns; column++) {
          const float *x = pixels + column * step * LANES;
          float *y = planes + place_of_tile(t, &places, column) * channels + channel;
          if (IS_SLOPE)
            CHANGE(
                enter_slopes, extent, entries, NAME(load)(x + j * row_size + i * LANES),
                NAME(store)(y + (j * entries + i) * plane, whole[i]))
          else
            CHANGE(
                enter, extent, entries, NAME(load)(x + j * row_size + i * LANES),
                NAME(store)(y + (j * entries + i) * plane, whole[i]))
        }
      }
    }
}

/// Sets the results of rows of tiles.
INLINE void NAME(leave_tiles)(
    const vectors_tile_kind KIND, const vectors_tiles *t, long first, long count, const float *planes,
    long plane) {
  const struct tile_kind kind = tile_kinds[KIND];
  const long width = t->result_width, height = t->result_height;
  const V least = t->rectifies ? (V)0 : (V)-INFINITY;
  for (long row = first; row < first + count; row++) {
    const struct tile_places places = places_of_row(t, first, count, row);
    const long top = row % t->rows * kind.results;
    for (long channel = 0; channel < t->outputs; channel += LANES) {
      float *image = t->y + (row / t->rows * t->outputs + channel) * height * width;
      const V bias = t->bias ? NAME(load)(t->bias + channel) : (V)0;
      for (long column = 0; column < t->columns; column++) {
        const long left = column * kind.results;
        const int is_whole = top + kind.results <= height && left + kind.results <= width;
        float square[16 * LANES], *target = image + (top * width + left) * LANES;
        float *y = is_whole ? target : square;
        const long y_row = (is_whole ? width : kind.results) * LANES;
        const float *x = planes + place_of_tile(t, &places, column) * t->outputs + channel;
        CHANGE(
            leave, kind.products, kind.results, NAME(load)(x + (j * kind.products + i) * plane), {
              V sum = whole[i] + bias;
              NAME(store)(y + j * y_row + i * LANES, sum < least ? least : sum);
            })
        if (is_whole) continue;
        for (long j = 0; j < kind.results && top + j < height; j++)
          for (long i = 0; i < kind.results && left + i < width; i++)
            NAME(store)(
                target + (j * width + i) * LANES, NAME(load)(square + j * y_row + i * LANES));
      }
    }
  }
}

/// Sets some rows of a stripe to the sum of the products of rows of planes and stripes of weights.
INLINE void NAME(tile_products)(
    const int VECTORS, int count, const float *const *a, const float *const *b, long inner,
    float *c, long c_row) {
#pragma clang fp contract(fast)
  V sums[TILE_ROWS][2];
  EACH(i, TILE_ROWS) EACH(v, VECTORS) sums[i][v] = (V)0;
  for (int plane = 0; plane < count; plane++) {
    const float *left = a[plane], *right = b[plane];
    for (long k = 0; k < inner; k++, right += VECTORS * LANES) {
      V weights[2];
      EACH(v, VECTORS) weights[v] = NAME(load)(right + v * LANES);
      EACH(i, TILE_ROWS) EACH(v, VECTORS) sums[i][v] += left[i * inner + k] * weights[v];
    }
  }
  EACH(i, TILE_ROWS) EACH(v, VECTORS) NAME(store)(c + i * c_row + v * LANES, sums[i][v]);
}

/// Adds to some rows of a stripe of weights what tiles make of them.
INLINE void NAME(tile_sums)(
    const int ROWS, const int VECTORS, const float *a, long a_row, const float *b, long b_row,
    long tiles, float *weights) {
#pragma clang fp contract(fast)
  V sums[TILE_ROWS][2];
  EACH(i, ROWS) EACH(v, VECTORS) sums[i][v] = NAME(load)(weights + (i * VECTORS + v) * LANES);
  for (long tile = 0; tile < tiles; tile++, a += a_row, b += b_row) {
    V right[2];
    EACH(v, VECTORS) right[v] = NAME(load)(b + v * LANES);
    EACH(i, ROWS) EACH(v, VECTORS) sums[i][v] += a[i] * right[v];
  }
  EACH(i, ROWS) EACH(v, VECTORS) NAME(store)(weights + (i * VECTORS + v) * LANES, sums[i][v]);
}

/// Multiplies planes by weights or, for sums, adds the products of planes to them, in one stripe.
INLINE void NAME(tile_stripe)(
    const int VECTORS, const int IS_SUM, const vectors_tiles *t, int parts,
    const float *const *left, float *const *weights, float *products, long tiles) {
  const long channels = t->channels, stripe = VECTORS * LANES;
  if (!IS_SUM) {
    for (long row = 0; row < tiles; row += TILE_ROWS) {
      const float *a[4];
      for (int part = 0; part < parts; part++) a[part] = left[part] + row * channels;
      NAME(tile_products)(
          VECTORS, parts, a, (const float *const *)weights, channels, products + row * t->outputs,
          t->outputs);
    }
    return;
  }
  for (int part = 0; part < parts; part++) {
    long k = 0;
#define ADD(ROWS) \
  for (; k + ROWS <= channels; k += ROWS) \
    NAME(tile_sums)( \
        ROWS, VECTORS, left[part] + k, channels, products, t->outputs, tiles, \
        weights[part] + k * stripe)
    ADD(TILE_ROWS);
    ADD(2);
#undef ADD
  }
}

INLINE void NAME(tiles_of_kind)(
    const vectors_tile_kind KIND, const int IS_SUM, const vectors_tiles *t, long first, long count,
    float *weights, float *scratch) {
  const struct tile_kind kind = tile_kinds[KIND];
  const long plane = size_of_plane(count * t->columns, t->channels);
  const long product = size_of_plane(count * t->columns, t->outputs);
  float *products = scratch + kind.entries * kind.entries * plane;
  float *pixels = products + kind.products * kind.products * product;
  NAME(enter_tiles)(KIND, 0, t, first, count, scratch, plane, pixels);
  if (IS_SUM) NAME(enter_tiles)(KIND, 1, t, first, count, products, product, pixels);
  for (int j = 0; j < kind.products; j++)
    for (int i = 0; i < kind.products; i++) {
      const struct tile_range range = tiles_with_product(t, first, count, j, i);
      float *results = products + (j * kind.products + i) * product + range.start * t->outputs;
      for (long output = 0; output < t->outputs; output += 2 * LANES) {
        const float *left[4];
        float *right[4];
        int parts = 0;
        for (int y = 0; y < kind.multiplications; y++)
          for (int x = 0; x < kind.multiplications; x++)
            if (kind.product[y] == j && kind.product[x] == i) {
              left[parts] = scratch + (kind.entry[y] * kind.entries + kind.entry[x]) * plane
                  + range.start * t->channels;
              right[parts++] = weights + output * t->channels
                  + (kind.weight[y] * kind.weights + kind.weight[x]) * size_of_weights(t);
            }
        if (t->outputs - output > LANES)
          NAME(tile_stripe)(2, IS_SUM, t, parts, left, right, results + output, range.count);
        else
          NAME(tile_stripe)(1, IS_SUM, t, parts, left, right, results + output, range.count);
      }
    }
  if (!IS_SUM) NAME(leave_tiles)(KIND, t, first, count, products, product);
}

TARGET static void NAME(convolve_tiles)(
    const vectors_tiles *t, long first, long count, float *scratch) {
  float *weights = (float *)t->weights;
  switch (t->kind) {
#define CASE(kind) \
  case kind: NAME(tiles_of_kind)(kind, 0, t, first, count, weights, scratch); break;
    CASE(vectors_stride_1)
    CASE(vectors_stride_2)
    CASE(vectors_gradient_even)
    CASE(vectors_gradient_odd)
#undef CASE
  }
}

TARGET static void NAME(sum_tiles)(
    const vectors_tiles *t, long first, long count, float *sums, float *scratch) {
  if (t->kind == vectors_stride_1) NAME(tiles_of_kind)(vectors_stride_1, 1, t, first, count, sums, scratch);
  else NAME(tiles_of_kind)(vectors_stride_2, 1, t, first, count, sums, scratch);
}

/// Lets a kernel enter the weights, or the sums of some parts leave to its slopes.
INLINE void NAME(kernels_of_kind)(
    const vectors_tile_kind KIND, const int PARTS_LEAVE, const vectors_tiles *t, vectors_kernel kernel,
    float *weights, long parts, long block) {
  const struct tile_kind kind = tile_kinds[KIND];
  const long size = size_of_weights(t), output = block * LANES, stripe = block / 2 * 2 * LANES;
  const long step = t->outputs - stripe > LANES ? 2 * LANES : LANES;
  float *y = weights + stripe * t->channels + output - stripe;
  for (long channel = 0; channel < t->channels; channel++, y += step) {
    float *x = kernel.x + channel * kernel.channel_step + output * kernel.output_step;
    float taps[9][LANES];
    if (!PARTS_LEAVE) {
      for (int tap = 0; tap < 9; tap++)
        for (int lane = 0; lane < LANES; lane++)
          taps[kernel.is_turned ? 8 - tap : tap][lane] = x[lane * kernel.output_step + tap];
      CHANGE(
          enter_kernel, 3, kind.weights, NAME(load)(taps[j * 3 + i]),
          NAME(store)(y + (j * kind.weights + i) * size, whole[i]))
      continue;
    }
    for (int entry = 0; entry < kind.weights * kind.weights; entry++) {
      V sum = NAME(load)(y + entry * size);
      for (long part = 1; part < parts; part++)
        sum += NAME(load)(y + (part * kind.weights * kind.weights + entry) * size);
      NAME(store)(y + entry * size, sum);
    }
    CHANGE(
        leave_kernel, kind.weights, 3, NAME(load)(y + (j * kind.weights + i) * size),
        NAME(store)(taps[j * 3 + i], whole[i]))
    for (int tap = 0; tap < 9; tap++)
      for (int lane = 0; lane < LANES; lane++) x[lane * kernel.output_step + tap] = taps[tap][lane];
  }
}

TARGET static void NAME(enter_kernels)(
    const vectors_tiles *t, vectors_kernel kernel, float *weights, long block) {
  if (t->kind == vectors_stride_1) NAME(kernels_of_kind)(vectors_stride_1, 0, t, kernel, weights, 1, block);
  else NAME(kernels_of_kind)(vectors_stride_2, 0, t, kernel, weights, 1, block);
}

TARGET static void NAME(leave_kernels)(
    const vectors_tiles *t, vectors_kernel kernel, float *sums, long parts, long block) {
  if (t->kind == vectors_stride_1) NAME(kernels_of_kind)(vectors_stride_1, 1, t, kernel, sums, parts, block);
  else NAME(kernels_of_kind)(vectors_stride_2, 1, t, kernel, sums, parts, block);
}
#undef CHANGE
#undef EACH
