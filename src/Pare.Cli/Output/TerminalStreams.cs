using System.Text;

namespace Pare.Cli.Output;

/// <summary>The two streams of a process, and what is at their other ends.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress and messages.</param>
/// <param name="OutIsTerminal">Whether a person reads the results as they come.</param>
/// <param name="ErrorIsTerminal">Whether a person reads the messages as they come.</param>
/// <param name="Width">Columns of the terminal.</param>
/// <param name="Color">Whether colours may be used on a terminal.</param>
internal sealed record TerminalStreams(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, int Width, bool Color)
{
    private const int DefaultWidth = 100, NarrowestWidth = 40;

    /// <summary>The streams of this process. <c>NO_COLOR</c> (no-color.org) and <c>TERM=dumb</c> switch colours off.</summary>
    public static TerminalStreams OfProcess()
    {
        bool dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        bool outIs = !Console.IsOutputRedirected, errorIs = !Console.IsErrorRedirected;
        return new TerminalStreams(
            Utf8(Console.OpenStandardOutput()), Utf8(Console.OpenStandardError()), outIs, errorIs && !dumb,
            outIs || errorIs ? Columns() : DefaultWidth,
            Color: !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
    }

    // Console.Out would write in the locale's encoding, which is ASCII in a bare container.
    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static int Columns()
    {
        try
        {
            return Math.Max(NarrowestWidth, Console.WindowWidth);
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
