using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pare.Compression.Tests.Data.Fetching;

/// <summary>What the server answers: status, headers, and as much of the body as it sends before it closes the connection.</summary>
internal sealed record Reply(string Status, byte[] Body, string Headers = "", int? CutAt = null, bool Hang = false);

/// <summary>A small HTTP server on 127.0.0.1 that can misbehave. One request a connection.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, long?, Reply> _answer;

    /// <summary>Starts to listen on a free port.</summary>
    /// <param name="answer">From path and the start of the asked range (null: none) to the reply.</param>
    public LocalServer(Func<string, long?, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The requests so far: path, and "+start" where a range was asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>A server that knows ranges and serves whole files.</summary>
    public static Reply Serve(byte[] file, long? start) => start switch
    {
        null => new Reply("200 OK", file),
        { } from when from >= file.Length => new Reply("416 Range Not Satisfiable", [], $"Content-Range: bytes */{file.Length}\r\n"),
        { } from => new Reply("206 Partial Content", file[(int)from..], $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n"),
    };

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            string path = (await reader.ReadLineAsync(_stop.Token) ?? " / ").Split(' ')[1];
            long? start = null;
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    start = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            }

            lock (Requests)
                Requests.Add(start is null ? path : $"{path}+{start}");
            Reply reply = _answer(path, start);
            byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status}\r\nContent-Length: {reply.Body.Length}\r\nConnection: close\r\n{reply.Headers}\r\n");
            await stream.WriteAsync(head, _stop.Token);
            await stream.WriteAsync(reply.Body.AsMemory(0, reply.CutAt ?? reply.Body.Length), _stop.Token);
            await stream.FlushAsync(_stop.Token);
            if (reply.Hang)
                await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        catch (IOException)
        {
            // the client went away
        }
    }
}
