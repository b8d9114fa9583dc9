namespace Pare.Compression.Training.Optimizers;

/// <summary>The optimizers that Pare trains with.</summary>
public static class OptimizerCatalog
{
    /// <summary>All optimizers; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<OptimizerSpec> Default { get; } = new("optimizer", [
        new OptimizerSpec("sgd", "momentum, weight decay within the gradient", s => new Sgd((float)s.Momentum, s.Nesterov, decoupled: false)),
        new OptimizerSpec("sgdw", "momentum, decoupled weight decay", s => new Sgd((float)s.Momentum, s.Nesterov, decoupled: true)),
        new OptimizerSpec("adam", "Adam, weight decay within the gradient", s => new Adam((float)s.Beta1, (float)s.Beta2, (float)s.Epsilon, decoupled: false)),
        new OptimizerSpec("adamw", "Adam, decoupled weight decay", s => new Adam((float)s.Beta1, (float)s.Beta2, (float)s.Epsilon, decoupled: true)),
    ]);
}
