using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Where a kernel keeps the words of its weights: that of an output, 32 channels and a place of the window, in words from the first.</summary>
internal readonly unsafe struct WordPlaces
{
    /// <summary>Outputs that lie side by side, a word each; 0 where every output lies alone.</summary>
    public int BlockOutputs { get; init; }

    /// <summary>From a block of outputs to the next one, or from an output to the next one.</summary>
    public int OutputStep { get; init; }

    /// <summary>From 32 channels to the next ones.</summary>
    public int WordStep { get; init; }

    /// <summary>From a place of the window to the next one.</summary>
    public int TapStep { get; init; }

    /// <summary>Packs weights: bit i of a word is 1 where channel 32 j + i is at least 0.</summary>
    /// <param name="weight">w [outputs][channels][taps].</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="channels">Channels that an output sees.</param>
    /// <param name="taps">Places of the window.</param>
    /// <param name="words">All words; those and the bits without a weight become 0.</param>
    public void Pack(float* weight, int outputs, int channels, int taps, Span<uint> words)
    {
        words.Clear();
        for (int output = 0; output < outputs; output++)
        {
            int first = BlockOutputs == 0 ? output * OutputStep : output / BlockOutputs * OutputStep + output % BlockOutputs;
            for (int channel = 0; channel < channels; channel++)
            {
                int at = first + channel / Signs.WordBits * WordStep;
                for (int tap = 0; tap < taps; tap++, at += TapStep)
                    if (*weight++ >= 0) words[at] |= 1u << (channel % Signs.WordBits);
            }
        }
    }
}
