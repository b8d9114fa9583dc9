namespace Pare.Kernels.Integer.Products;

/// <summary>What computes the integer products of a node whose inputs are picture, weight, bias and factors; null where nothing does.</summary>
internal delegate IntegerInstructions? ChooseInstructions(KernelQuery query);
