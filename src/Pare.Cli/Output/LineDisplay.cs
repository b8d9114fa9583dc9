namespace Pare.Cli.Output;

/// <summary>A line when a part begins, one now and then while it goes on, and one when it ends: readable in a log.</summary>
internal sealed class LineDisplay(TextWriter error, TimeProvider time) : IWorkDisplay
{
    // Pauses grow, so that short work shows a sign of life and long work does not fill a log.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromSeconds(30);

    public IWorkBar Start(string title) => new Bar(error, time, title);

    public void Note(string text) => error.WriteLine(text);

    private sealed class Bar : IWorkBar
    {
        private readonly TextWriter _error;
        private readonly TimeProvider _time;
        private readonly string _title;
        private readonly long _started;
        private long _said, _phase;
        private double _fraction;
        private TimeSpan _pause = FirstPause;
        private string _detail = "";

        public Bar(TextWriter error, TimeProvider time, string title)
        {
            (_error, _time, _title) = (error, time, title);
            _started = _said = _phase = time.GetTimestamp();
            error.WriteLine($"{title} ...");
        }

        public void Report(double fraction, string detail = "")
        {
            _detail = detail;
            if (fraction < _fraction) _phase = _time.GetTimestamp(); // the work has several phases, each counted from 0
            _fraction = fraction;
            if (_time.GetElapsedTime(_said) < _pause) return;
            _said = _time.GetTimestamp();
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            TimeSpan spent = _time.GetElapsedTime(_phase);
            string left = fraction is > 0 and < 1 ? $", {Units.Time(spent * ((1 - fraction) / fraction))} left" : "";
            _error.WriteLine($"{_title}: {fraction:P0}{left}{After(detail)}");
        }

        public void Dispose() => _error.WriteLine($"{_title}: {Units.Time(_time.GetElapsedTime(_started))}{After(_detail)}");

        private static string After(string detail) => detail.Length == 0 ? "" : $", {detail}";
    }
}
