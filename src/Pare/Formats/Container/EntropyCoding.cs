namespace Pare.Formats.Container;

/// <summary>How the parts of weights may be coded in a <c>.pare</c> file.</summary>
public enum EntropyCoding
{
    /// <summary>Symbols packed at their width, floats as they are.</summary>
    None,
    /// <summary>Huffman codes where they are smaller.</summary>
    Huffman,
}
