using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>From words of each pixel to planes of each channel.</summary>
internal sealed unsafe partial class PlaneConv<TOps, TVector>
{
    protected override void Stage(in PlaneOperands operands, int word, byte* worker)
    {
        byte* square = worker + SquaresOffset, channels = Channel(operands, word * Signs.WordBits);
        for (int row = 0; row < Layout.RowPhases.Length; row++)
        {
            for (int column = 0; column < Layout.ColumnPhases.Length; column++)
                Phase(operands.Source + word, Layout.RowPhases[row], Layout.ColumnPhases[column], square, channels + Layout.PhaseOffset(row, column));
            for (int copy = 0; copy < Layout.Copies.Length; copy++)
            {
                (int phase, int shift) = Layout.Copies[copy];
                byte* from = channels + Layout.PhaseOffset(row, phase), to = channels + Layout.PhaseOffset(row, Layout.ColumnPhases.Length + copy);
                for (int channel = 0; channel < Signs.WordBits; channel++, from += Layout.ChannelBytes, to += Layout.ChannelBytes)
                    Shift(from, to, Layout.PhaseBytes, shift);
            }
        }
    }

    // A unit is 32 columns of a row, a lane of 32 vectors; neighbouring rows are written in order, as each may write some zeros into the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Phase(uint* source, int firstRow, int firstColumn, byte* square, byte* channels)
    {
        int unitsOfRow = Blocks.CeilDiv(Layout.Columns, Signs.WordBits), units = Layout.Rows * unitsOfRow, lanes = TOps.Bytes / sizeof(uint);
        for (int first = 0; first < units; first += lanes)
        {
            int some = Math.Min(lanes, units - first);
            for (int lane = 0; lane < some; lane++)
            {
                (int row, int part) = Math.DivRem(first + lane, unitsOfRow);
                Gather(source, firstRow + row * Shape.StrideY - Shape.PadTop, firstColumn - Shape.PadLeft, part * Signs.WordBits, square + lane * sizeof(uint));
            }
            BitSquares<TOps, TVector>.Transpose(square);
            for (int channel = 0; channel < Signs.WordBits; channel++)
            {
                uint* from = (uint*)(square + channel * TOps.Bytes);
                byte* to = channels + (nint)channel * Layout.ChannelBytes;
                for (int lane = 0, row = first / unitsOfRow, part = first % unitsOfRow; lane < some; lane++)
                {
                    *(uint*)(to + row * Layout.PitchBytes + part * sizeof(uint)) = from[lane];
                    if (++part < unitsOfRow) continue;
                    part = 0;
                    row++;
                }
            }
        }
        int end = Layout.Rows * Layout.PitchBytes;
        for (int channel = 0; channel < Signs.WordBits; channel++)
            new Span<byte>(channels + (nint)channel * Layout.ChannelBytes + end, Layout.PhaseBytes - end).Clear();
    }

    // The words of 32 columns from one on, a vector apart; 0 for those outside of the image.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gather(uint* source, int y, int x, int column, byte* to)
    {
        int i = 0, end = (uint)y < (uint)Shape.Height ? Math.Min(Signs.WordBits, Layout.Columns - column) : 0;
        x += column * Shape.StrideX;
        for (; i < end && x < 0; i++, x += Shape.StrideX, to += TOps.Bytes)
            *(uint*)to = 0;
        nint step = (nint)Shape.StrideX * InWords;
        uint* from = source + ((nint)y * Shape.Width + x) * InWords;
        for (; i < end && x < Shape.Width; i++, x += Shape.StrideX, from += step, to += TOps.Bytes)
            *(uint*)to = *from;
        for (; i < Signs.WordBits; i++, to += TOps.Bytes)
            *(uint*)to = 0;
    }

    // A string of bits moved by 1 to 7 towards its begin.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Shift(byte* from, byte* to, int bytes, int shift)
    {
        TOps.Require();
        int i = 0;
        for (; i + TOps.Bytes + sizeof(uint) <= bytes; i += TOps.Bytes)
            TOps.Store(to + i, TOps.Or(TOps.Right(TOps.Load(from + i), shift), TOps.Left(TOps.Load(from + i + sizeof(uint)), 32 - shift)));
        for (; i < bytes; i += sizeof(ulong))
        {
            ulong next = i + sizeof(ulong) < bytes ? *(ulong*)(from + i + sizeof(ulong)) : 0;
            *(ulong*)(to + i) = (*(ulong*)(from + i) >> shift) | (next << (64 - shift));
        }
    }
}
