namespace Pare.Compression.Search;

/// <summary>One recipe tried on one model and one data set. It is pure: the same trial gives the same model wherever and whenever it runs.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">The samples, see <see cref="ContentHash.Of(Data.DataSet?, Data.DataSet)"/>.</param>
/// <param name="Recipe">What is done. Its name names the trial for people, and its model's file; it is no part of the identity.</param>
/// <param name="Seed">Decides everything random, in the place of the recipe's.</param>
public sealed record Trial(ContentHash Model, ContentHash Data, Recipe Recipe, ulong Seed)
{
    /// <summary>The recipe as it is run.</summary>
    public Recipe Seeded => Recipe with { Seed = Seed };

    /// <summary>The trial's identity: over model, data, recipe and seed.</summary>
    // The data's name and the preprocessing say again what the data and the model hold.
    public ContentHash Hash => ContentHash.OfText($"trial 1\nmodel {Model}\ndata {Data}\n{(Seeded with { Name = "", Data = null, Preprocessing = null }).ToYaml()}");
}
