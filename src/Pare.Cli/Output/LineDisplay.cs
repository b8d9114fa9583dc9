namespace Pare.Cli.Output;

/// <summary>A line when a part begins, at most one each few seconds while it goes on, and one when it ends: readable in a log.</summary>
internal sealed class LineDisplay(TextWriter error, TimeProvider time) : IWorkDisplay
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public IWorkBar Start(string title) => new Bar(error, time, title);

    public void Note(string text) => error.WriteLine(text);

    private sealed class Bar : IWorkBar
    {
        private readonly TextWriter _error;
        private readonly TimeProvider _time;
        private readonly string _title;
        private readonly long _started;
        private long _said;
        private string _detail = "";

        public Bar(TextWriter error, TimeProvider time, string title)
        {
            (_error, _time, _title) = (error, time, title);
            _started = _said = time.GetTimestamp();
            error.WriteLine($"{title} ...");
        }

        public void Report(double fraction, string detail = "")
        {
            _detail = detail;
            if (_time.GetElapsedTime(_said) < Pause) return;
            _said = _time.GetTimestamp();
            TimeSpan spent = _time.GetElapsedTime(_started);
            string left = fraction > 0 ? $", {Units.Time(spent * ((1 - fraction) / fraction))} left" : "";
            _error.WriteLine($"{_title}: {fraction:P0}{left}{After(detail)}");
        }

        public void Dispose() => _error.WriteLine($"{_title}: {Units.Time(_time.GetElapsedTime(_started))}{After(_detail)}");

        private static string After(string detail) => detail.Length == 0 ? "" : $", {detail}";
    }
}
