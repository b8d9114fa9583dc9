/* What "a naive C loop" is in the table of results: a direct 3x3 convolution of floats that are +1 and -1, channels first, padded with 0, and the
   sign of each sum against its channel's limit. Compiled with cc -O2 by BinaryBenchmark. */
void naive_binary(const float *x, const float *w, const float *limits, float *y, int channels, int size, int outputs)
{
    for (int o = 0; o < outputs; o++)
        for (int r = 0; r < size; r++)
            for (int q = 0; q < size; q++) {
                float sum = 0;
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i < 3; i++)
                        for (int j = 0; j < 3; j++) {
                            int a = r + i - 1, b = q + j - 1;
                            if (a < 0 || b < 0 || a >= size || b >= size) continue;
                            sum += w[((o * channels + c) * 3 + i) * 3 + j] * x[(c * size + a) * size + b];
                        }
                y[(o * size + r) * size + q] = sum >= limits[o] ? 1.0f : -1.0f;
            }
}
