namespace Pare.Kernels.Products;

/// <summary>The right matrix of a product, as columns that are made when they are needed: of packed codes for example.</summary>
internal abstract unsafe class ColumnSource
{
    /// <summary>Writes some numbers of a panel of columns.</summary>
    /// <param name="k">The first row.</param>
    /// <param name="depth">How many rows.</param>
    /// <param name="column">The panel's first column.</param>
    /// <param name="to">[depth, columns of a panel]; those that do not exist become finite numbers.</param>
    public abstract void Columns(int k, int depth, int column, float* to);
}
