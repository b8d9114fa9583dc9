using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>y[p, c, r] = x[p, r, c]: every transpose that exchanges two runs of neighbouring axes. It only moves numbers.</summary>
/// <param name="planes">How many matrices.</param>
/// <param name="rows">Rows of x.</param>
/// <param name="columns">Columns of x.</param>
internal sealed unsafe class PlaneTranspose(int planes, int rows, int columns) : PlannedKernel
{
    /// <summary>Small planes share a slice, large ones are cut into tiles of this size.</summary>
    private const int SliceFloats = 1 << 14;

    /// <summary>A block of so many rows and columns is moved at once: both sides stay in the first cache.</summary>
    private const int Block = 64;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(2.0 * planes * rows * columns);

    /// <summary>The way to transpose a shape, or null where the order exchanges anything else than two neighbouring runs of axes.</summary>
    /// <param name="shape">The shape of x.</param>
    /// <param name="order">Axis i of y is axis order[i] of x.</param>
    public static PlaneTranspose? Of(Shape shape, int[] order)
    {
        int[] axes = Array.FindAll(order, a => shape.Fixed[a] != 1), names = [.. axes];
        Array.Sort(names);                             // the axes that count, as they stand in x
        int[] places = axes.Map(a => Array.IndexOf(names, a));
        int kept = 0;
        while (kept < places.Length && places[kept] == kept)
            kept++;
        if (kept == places.Length)
            return null;
        // y = [kept..., second run..., first run...]
        int second = places[kept];
        for (int i = kept; i < places.Length; i++)
        {
            int expected = i - kept < places.Length - second ? second + i - kept : kept + i - kept - (places.Length - second);
            if (places[i] != expected)
                return null;
        }
        int Product(int from, int to) => names[from..to].Aggregate(1, (product, axis) => product * shape.Fixed[axis]);
        return shape.Elements == 0 ? null : new PlaneTranspose(Product(0, kept), Product(kept, second), Product(second, names.Length));
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            Run(x, y, arguments.Pool);
    }

    /// <summary>Moves all planes.</summary>
    public void Run(float* x, float* y, WorkerPool pool)
    {
        int plane = rows * columns;
        Job job = new() { X = x, Y = y, Rows = rows, Columns = columns };
        if (plane <= SliceFloats)
        {
            job.PlanesPerSlice = SliceFloats / plane;
            job.Planes = planes;
            pool.Run((planes + job.PlanesPerSlice - 1) / job.PlanesPerSlice, job);
            return;
        }
        job.TileRows = Math.Min(rows, Math.Max(Block, SliceFloats / columns / Block * Block));
        job.TileColumns = Math.Max(Block, SliceFloats / job.TileRows / Block * Block);
        job.TilesDown = (rows + job.TileRows - 1) / job.TileRows;
        job.TilesAlong = (columns + job.TileColumns - 1) / job.TileColumns;
        pool.Run(planes * job.TilesDown * job.TilesAlong, job);
    }

    // x [rows, columns] with rows xStride apart -> y [columns, rows] with rows yStride apart
    private static void Tile(float* x, nint xStride, int rows, int columns, float* y, nint yStride)
    {
        if (rows == 2 && yStride == 2)
        {
            Interleave.Two(x, xStride, columns, y);
            return;
        }
        if (rows == 3 && yStride == 3)
        {
            Interleave.Three(x, xStride, columns, y);
            return;
        }
        for (int column = 0; column < columns; column += Block)
        {
            int width = Math.Min(Block, columns - column);
            for (int row = 0; row < rows; row += Block)
                Transposer.Run(x + row * xStride + column, xStride, Math.Min(Block, rows - row), width, y + column * yStride + row, yStride);
        }
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Y;
        public int Rows;
        public int Columns;
        public int Planes;
        public int PlanesPerSlice;
        public int TileRows;
        public int TileColumns;
        public int TilesDown;
        public int TilesAlong;

        public readonly void Execute(int slice, int worker)
        {
            nint plane = (nint)Rows * Columns;
            if (PlanesPerSlice > 0)
            {
                int end = Math.Min(Planes, (slice + 1) * PlanesPerSlice);
                for (int p = slice * PlanesPerSlice; p < end; p++)
                    Tile(X + p * plane, Columns, Rows, Columns, Y + p * plane, Rows);
                return;
            }
            (slice, int along) = Math.DivRem(slice, TilesAlong);
            (int p0, int down) = Math.DivRem(slice, TilesDown);
            int row = down * TileRows, column = along * TileColumns;
            Tile(
                X + p0 * plane + (nint)row * Columns + column, Columns, Math.Min(TileRows, Rows - row), Math.Min(TileColumns, Columns - column),
                Y + p0 * plane + (nint)column * Rows + row, Rows);
        }
    }
}
