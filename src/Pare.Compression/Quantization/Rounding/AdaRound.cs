namespace Pare.Compression.Quantization.Rounding;

/// <summary>Learns for each weight whether it is rounded up or down, so that the outputs behind the rectifier change least.</summary>
/// <remarks>
/// Nagel et al., "Up or Down? Adaptive Rounding for Post-Training Quantization", ICML 2020: rectified sigmoid h(V), the regulariser
/// sum of 1 - |2 h - 1|^beta with beta annealed after a warm-up, Adam on V. Rows are drawn by chance from all positions of all samples, in
/// the place of whole samples: they are less alike, and far fewer are needed.
/// </remarks>
internal sealed class AdaRound
{
    private const float Stretch = 1.2f, Shift = -0.1f;   // h = clip(sigmoid(V) Stretch + Shift, 0, 1)
    private const double WarmUp = 0.2, FirstBeta = 20, LastBeta = 2;
    private const float Rate = 1e-2f, Decay1 = 0.9f, Decay2 = 0.999f, Tiny = 1e-8f;
    private const int MostRows = 512;
    private const long EnoughWork = 1 << 19;

    private readonly RoundingProblem _p;
    private readonly int _steps;
    private readonly float _regularization;
    private readonly int _threads, _batch;
    private readonly float[] _floor, _v, _first, _second, _soft, _slope, _gradient, _inputs, _targets;
    private readonly FloatProduct? _forward, _backward;

    private AdaRound(RoundingProblem p, AdaRoundSettings settings, int threads)
    {
        (_p, _steps, _threads) = (p, settings.Steps, threads);
        _regularization = (float)(settings.Regularization * MeanCurvature(p));
        int count = p.Weights.Length;
        _batch = Math.Min(p.Rows, count < 1024 ? MostRows / 4 : MostRows);
        (_floor, _v, _first, _second, _soft, _slope, _gradient) = (new float[count], new float[count], new float[count], new float[count], new float[count], new float[count], new float[count]);
        (_inputs, _targets) = (new float[_batch * p.Depth], new float[_batch * p.Outputs]);
        for (int i = 0; i < count; i++)
        {
            float code = p.Weights[i] / p.Scales[i];
            _floor[i] = MathF.Floor(code);
            _v[i] = -MathF.Log(Stretch / (code - _floor[i] - Shift) - 1);
        }
        if ((long)count * _batch < EnoughWork) return;
        _forward = new FloatProduct(_batch, p.Outputs, p.Depth, transA: false, transB: true, threads);
        _backward = new FloatProduct(p.Outputs, p.Depth, _batch, transA: true, transB: false, threads);
    }

    /// <summary>The codes [outputs, depth].</summary>
    public static int[] Round(RoundingProblem p, AdaRoundSettings settings, Rng rng, int threads, CancellationToken cancel)
    {
        if (p.Rows == 0) return p.Nearest();
        var run = new AdaRound(p, settings, threads);
        for (int step = 0; step < settings.Steps; step++)
        {
            if (step % 16 == 0) cancel.ThrowIfCancellationRequested();
            run.Step(step, rng);
        }
        var codes = new int[p.Weights.Length];
        for (int i = 0; i < codes.Length; i++)
            if (p.IsKept(i)) codes[i] = (int)Math.Clamp(run._floor[i] + (run._v[i] >= 0 ? 1 : 0), -p.Most, p.Most);
        return codes;
    }

    // The mean over weights of scale^2 E[x^2]: the squared error of a code that is one off, by itself.
    private static double MeanCurvature(RoundingProblem p)
    {
        var squares = new double[p.Depth];
        for (int r = 0; r < p.Rows; r++)
            for (int k = 0; k < p.Depth; k++) squares[k] += (double)p.Inputs[r * p.Depth + k] * p.Inputs[r * p.Depth + k];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < p.Weights.Length; i++)
        {
            if (!p.IsKept(i)) continue;
            sum += (double)p.Scales[i] * p.Scales[i] * squares[i % p.Depth] / p.Rows;
            count++;
        }
        return sum / Math.Max(1, count);
    }

    private void Step(int step, Rng rng)
    {
        Draw(rng);
        double share = (double)step / _steps;
        double beta = share < WarmUp ? 0 : LastBeta + (FirstBeta - LastBeta) * 0.5 * (1 + Math.Cos((share - WarmUp) / (1 - WarmUp) * Math.PI));
        Each(Soften);
        if (_forward is null) PlainGradient();
        else PlannedGradient(_forward, _backward!);
        float one = 1 - MathF.Pow(Decay1, step + 1), two = 1 - MathF.Pow(Decay2, step + 1), power = (float)beta;
        Each((start, end) => Adapt(start, end, one, two, power));
    }

    private void Draw(Rng rng)
    {
        for (int r = 0; r < _batch; r++)
        {
            int row = _batch == _p.Rows ? r : rng.NextInt32(_p.Rows);
            _p.Inputs.AsSpan(row * _p.Depth, _p.Depth).CopyTo(_inputs.AsSpan(r * _p.Depth));
            _p.Targets.AsSpan(row * _p.Outputs, _p.Outputs).CopyTo(_targets.AsSpan(r * _p.Outputs));
        }
    }

    // soft[i] = scale clip(floor + h(V), -most, most); slope[i] = its derivative by V
    private void Soften(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            float sigmoid = 1 / (1 + MathF.Exp(-_v[i])), h = sigmoid * Stretch + Shift, code = _floor[i] + Math.Clamp(h, 0, 1);
            bool moves = h is > 0 and < 1 && code > -_p.Most && code < _p.Most && _p.IsKept(i);
            _soft[i] = _p.IsKept(i) ? _p.Scales[i] * Math.Clamp(code, -_p.Most, _p.Most) : 0;
            _slope[i] = moves ? _p.Scales[i] * Stretch * sigmoid * (1 - sigmoid) : 0;
        }
    }

    // The loss is the squared error of an output row, summed over channels, mean over rows.
    private void PlannedGradient(FloatProduct forward, FloatProduct backward)
    {
        _inputs.CopyTo(forward.A.Floats);
        _soft.CopyTo(forward.B.Floats);
        forward.Run();
        Errors(forward.C.Floats, backward.A.Floats);
        _inputs.CopyTo(backward.B.Floats);
        backward.Run();
        backward.C.Floats.CopyTo(_gradient);
    }

    private void PlainGradient()
    {
        var outputs = new float[_batch * _p.Outputs];
        for (int r = 0; r < _batch; r++)
            for (int o = 0; o < _p.Outputs; o++)
            {
                ReadOnlySpan<float> x = _inputs.AsSpan(r * _p.Depth, _p.Depth), w = _soft.AsSpan(o * _p.Depth, _p.Depth);
                float sum = 0;
                for (int k = 0; k < x.Length; k++) sum += x[k] * w[k];
                outputs[r * _p.Outputs + o] = sum;
            }
        Errors(outputs, outputs);
        Array.Clear(_gradient);
        for (int r = 0; r < _batch; r++)
            for (int o = 0; o < _p.Outputs; o++)
            {
                float error = outputs[r * _p.Outputs + o];
                if (error == 0) continue;
                ReadOnlySpan<float> x = _inputs.AsSpan(r * _p.Depth, _p.Depth);
                Span<float> g = _gradient.AsSpan(o * _p.Depth, _p.Depth);
                for (int k = 0; k < x.Length; k++) g[k] += x[k] * error;
            }
    }

    private void Errors(ReadOnlySpan<float> outputs, Span<float> errors)
    {
        float factor = 2f / _batch;
        for (int i = 0; i < errors.Length; i++)
        {
            float y = outputs[i] + (_p.Bias?[i % _p.Outputs] ?? 0);
            errors[i] = y > _p.Low && y < _p.High ? factor * (y - Math.Clamp(_targets[i], _p.Low, _p.High)) : 0;
        }
    }

    private void Adapt(int start, int end, float one, float two, float beta)
    {
        for (int i = start; i < end; i++)
        {
            float slope = _slope[i];
            if (slope == 0) continue;
            float gradient = _gradient[i] * slope;
            if (beta > 0)
            {
                // d/dV of regularization (1 - |2h - 1|^beta)
                float sigmoid = 1 / (1 + MathF.Exp(-_v[i])), side = 2 * (sigmoid * Stretch + Shift) - 1;
                gradient -= _regularization * beta * MathF.Pow(MathF.Abs(side), beta - 1) * MathF.Sign(side) * 2 * Stretch * sigmoid * (1 - sigmoid);
            }
            _first[i] = Decay1 * _first[i] + (1 - Decay1) * gradient;
            _second[i] = Decay2 * _second[i] + (1 - Decay2) * gradient * gradient;
            _v[i] -= Rate * (_first[i] / one) / (MathF.Sqrt(_second[i] / two) + Tiny);
        }
    }

    private void Each(Action<int, int> range)
    {
        int count = _p.Weights.Length, slices = _threads > 1 && count > 4096 ? _threads : 1;
        if (slices == 1) range(0, count);
        else Parallel.For(0, slices, s => range((int)((long)count * s / slices), (int)((long)count * (s + 1) / slices)));
    }
}
