using Pare.Kernels.Convolutions;

namespace Pare.Tests.Kernels.Convolutions;

/// <summary>Convolutions by the definition, in double precision.</summary>
internal static unsafe class ConvReference
{
    public static float[] Forward(ConvShape s, float* x, float* w, float* bias)
    {
        double[] y = new double[s.OutputFloats];
        Visit(s, (xi, wi, yi) => y[yi] += (double)x[xi] * w[wi]);
        int pixels = s.OutHeight * s.OutWidth;
        return [.. y.Select((v, i) => (float)(v + (bias == null ? 0 : bias[i / pixels % s.OutChannels])))];
    }

    public static float[] InputGradient(ConvShape s, float* dy, float* w)
    {
        double[] dx = new double[s.InputFloats];
        Visit(s, (xi, wi, yi) => dx[xi] += (double)dy[yi] * w[wi]);
        return [.. dx.Select(v => (float)v)];
    }

    public static float[] WeightGradient(ConvShape s, float* x, float* dy)
    {
        double[] dw = new double[s.WeightFloats];
        Visit(s, (xi, wi, yi) => dw[wi] += (double)dy[yi] * x[xi]);
        return [.. dw.Select(v => (float)v)];
    }

    public static float[] BiasGradient(ConvShape s, float* dy)
    {
        double[] db = new double[s.OutChannels];
        int pixels = s.OutHeight * s.OutWidth;
        for (int i = 0; i < s.OutputFloats; i++)
            db[i / pixels % s.OutChannels] += dy[i];
        return [.. db.Select(v => (float)v)];
    }

    private static void Visit(ConvShape s, Action<int, int, int> use)
    {
        for (int n = 0; n < s.Batch; n++)
        {
            for (int o = 0; o < s.OutChannels; o++)
            {
                for (int pixel = 0; pixel < s.OutHeight * s.OutWidth; pixel++)
                    VisitPixel(s, n, o, pixel, use);
            }
        }
    }

    private static void VisitPixel(ConvShape s, int n, int o, int pixel, Action<int, int, int> use)
    {
        for (int i = 0; i < s.GroupChannels * s.Taps; i++)
        {
            (int c, int tap) = Math.DivRem(i, s.Taps);
            int y = pixel / s.OutWidth * s.StrideY + tap / s.KernelWidth * s.DilationY - s.PadTop;
            int x = pixel % s.OutWidth * s.StrideX + tap % s.KernelWidth * s.DilationX - s.PadLeft;
            int channel = o / s.GroupOutChannels * s.GroupChannels + c;
            if (y >= 0 && y < s.Height && x >= 0 && x < s.Width)
            {
                int output = (n * s.OutChannels + o) * s.OutHeight * s.OutWidth + pixel;
                use(((n * s.Channels + channel) * s.Height + y) * s.Width + x, o * s.GroupChannels * s.Taps + i, output);
            }
        }
    }
}
