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
        ClearBehindRows(channels);
        for (int first = 0; first < units; first += lanes)
        {
            int some = Math.Min(lanes, units - first);
            for (int lane = 0; lane < some; lane++)
            {
                (int row, int part) = Math.DivRem(first + lane, unitsOfRow);
                Gather(source, firstRow + row * Shape.StrideY - Shape.PadTop, firstColumn - Shape.PadLeft, part * Signs.WordBits, square + lane * sizeof(uint));
            }
            BitSquares<TOps, TVector>.Transpose(square);
            if (unitsOfRow == 1 && Layout.PitchBytes == sizeof(ushort)) Halves(square, some, channels + first * sizeof(ushort));
            else Rows(square, some, first, unitsOfRow, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ClearBehindRows(byte* channels)
    {
        int start = Layout.Rows * Layout.PitchBytes & -sizeof(ulong), end = Layout.PhaseBytes;
        for (int channel = 0; channel < Signs.WordBits; channel++, channels += Layout.ChannelBytes)
        {
            for (int at = start; at < end; at += sizeof(ulong))
                *(ulong*)(channels + at) = 0;
        }
    }

    // Rows of 16 columns lie close: nothing is written twice.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Halves(byte* square, int some, byte* channels)
    {
        int distance = Layout.ChannelBytes;
        for (int channel = 0; channel < Signs.WordBits; channel++, square += TOps.Bytes, channels += distance)
        {
            uint* from = (uint*)square;
            int lane = 0;
            for (; lane + 2 <= some; lane += 2)
                *(uint*)(channels + lane * sizeof(ushort)) = (from[lane] & ushort.MaxValue) | (from[lane + 1] << 16);
            if (lane < some) *(ushort*)(channels + lane * sizeof(ushort)) = (ushort)from[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Rows(byte* square, int some, int first, int unitsOfRow, byte* channels)
    {
        int pitch = Layout.PitchBytes;
        for (int channel = 0; channel < Signs.WordBits; channel++, channels += Layout.ChannelBytes)
        {
            uint* from = (uint*)(square + channel * TOps.Bytes);
            byte* row = channels + first / unitsOfRow * pitch;
            for (int lane = 0, part = first % unitsOfRow; lane < some; lane++)
            {
                *(uint*)(row + part * sizeof(uint)) = from[lane];
                if (++part < unitsOfRow) continue;
                part = 0;
                row += pitch;
            }
        }
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
