namespace Pare.Formats.Container;

/// <summary>Predicts the next bit of a structure section from what came before: contexts of 0 to 5 bytes, mixed by a small online network.</summary>
/// <remarks>
/// Logistic mixing of context predictions: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005.
/// Integers only, so that every processor predicts the same. Part of the format: any change here needs a new version of it.
/// </remarks>
internal sealed class StructureModel
{
    /// <summary>Probabilities are 16 bits wide inside, and 12 bits towards mixer and coder.</summary>
    private const int Orders = 6;
    private const int SlotBits = 16;
    private const int Fixed = 1 << 16;

    // 4096 / (1 + e^-(x/256)) for x = -2048, -1920 ... 2048
    private static readonly short[] Sigmoid =
    [
        1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048,
        2550, 2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095,
    ];

    private static readonly short[] Logit = Invert();

    private readonly ushort[] _chance = new ushort[Orders << SlotBits]; // probability of a 1
    private readonly byte[] _seen = new byte[Orders << SlotBits];       // how often the slot was updated, up to a limit
    private readonly int[] _weights = new int[(Orders + 1) * (Orders + 1)]; // a set for each number of contexts that are known
    private readonly int[] _slot = new int[Orders];
    private readonly int[] _input = new int[Orders + 1];
    private readonly uint[] _context = new uint[Orders];
    private ulong _history; // the last 8 bytes, the latest lowest
    private uint _partial = 1; // the bits of the current byte behind a leading 1
    private int _set;
    private int _mixed;

    public StructureModel()
    {
        Array.Fill(_chance, (ushort)(Fixed / 2));
        Array.Fill(_weights, Fixed * 3 / 10);
        Locate();
        foreach (byte known in StructureDictionary.Bytes)
            for (int bit = 7; bit >= 0; bit--) Update(known >> bit & 1);
    }

    /// <summary>The probability that the next bit is 1, in 1..4095 of 4096.</summary>
    public int Chance { get; private set; }

    /// <summary>Learns the bit that came.</summary>
    public void Update(int bit)
    {
        int error = ((bit << 12) - _mixed) * 10;
        int set = _set * (Orders + 1);
        for (int i = 0; i <= Orders; i++) _weights[set + i] += (_input[i] * error + 0x8000) >> 16;
        for (int i = 0; i < Orders; i++)
        {
            int slot = _slot[i], seen = _seen[slot];
            int target = bit == 1 ? Fixed - 1 : 0;
            // The first bits of a context move it far: rate 2 / (2 * seen + 3).
            _chance[slot] = (ushort)(_chance[slot] + (target - _chance[slot]) * 2 / (2 * seen + 3));
            if (seen < 30) _seen[slot]++;
        }
        _partial = _partial << 1 | (uint)bit;
        if (_partial >= 256)
        {
            _history = _history << 8 | (_partial & 255);
            _partial = 1;
            for (int i = 1; i < Orders; i++)
                _context[i] = (uint)(((_history & ((1UL << (8 * i)) - 1)) + (ulong)i) * 0x9E3779B97F4A7C15 >> 32);
        }
        Locate();
    }

    private void Locate()
    {
        int known = 0;
        for (int i = 0; i < Orders; i++)
        {
            uint hash = (_context[i] + _partial) * 0x2C1B3C6D;
            int slot = i << SlotBits | (int)((hash ^ hash >> 15) & ((1 << SlotBits) - 1));
            _slot[i] = slot;
            _input[i] = _seen[slot] == 0 ? 0 : Logit[_chance[slot] >> 4];
            if (_seen[slot] > 0) known++;
        }
        _input[Orders] = 256;
        _set = known;
        long sum = 0;
        int set = _set * (Orders + 1);
        for (int i = 0; i <= Orders; i++) sum += (long)_input[i] * _weights[set + i];
        _mixed = Squash((int)Math.Clamp(sum >> 16, -2047, 2047));
        Chance = Math.Clamp(_mixed, 1, 4095);
    }

    private static int Squash(int x)
    {
        int shifted = x + 2048, low = shifted >> 7, part = shifted & 127;
        return (Sigmoid[low] * (128 - part) + Sigmoid[low + 1] * part + 64) >> 7;
    }

    /// <summary>For each probability the least x whose sigmoid reaches it.</summary>
    private static short[] Invert()
    {
        var logit = new short[4096];
        int next = 0;
        for (int x = -2047; x <= 2047; x++)
            for (int chance = Squash(x); next <= chance; next++) logit[next] = (short)x;
        for (; next < logit.Length; next++) logit[next] = 2047;
        return logit;
    }
}
