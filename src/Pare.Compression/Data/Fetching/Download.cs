using System.Net;
using System.Net.Http.Headers;

namespace Pare.Compression.Data.Fetching;

/// <summary>One file on its way to a <c>.part</c> file, resumed with range requests.</summary>
internal sealed class Download(HttpClient client, string name, string part, long limit, TimeSpan stall, IProgress<FetchProgress>? progress)
{
    private const int BlockBytes = 1 << 17;

    internal string Part => part;

    internal long BytesOnDisk => File.Exists(part) ? new FileInfo(part).Length : 0;

    internal void Discard() => Disk.Do(part, () => File.Delete(part));

    /// <summary>Goes on from what is on disk; null when the part is complete as far as the server says, else why not.</summary>
    internal async Task<string?> TryAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            return "not an http or https address";
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stalled.CancelAfter(stall);
        try
        {
            long have = BytesOnDisk;
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            if (have > 0)
                request.Headers.Range = new RangeHeaderValue(have, null);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stalled.Token);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return AtEnd(response, have);
            if (!response.IsSuccessStatusCode)
                return $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}";

            // A server that knows no ranges answers 200 with the whole file: begin again.
            ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
            bool resumed = response.StatusCode == HttpStatusCode.PartialContent;
            if (resumed && range?.From != have)
                return $"the server sent bytes from {range?.From?.ToString() ?? "an unknown place"} instead of {have}";
            long start = resumed ? have : 0;
            long? total = response.Content.Headers.ContentLength + start;
            if (total > limit)
                return $"the server announces {total} bytes; expected at most {limit}";
            return await CopyAsync(address, response, start, total, stalled);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"the server sent nothing for {stall.TotalSeconds:F0} s";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private async Task<string?> CopyAsync(string address, HttpResponseMessage response, long start, long? total, CancellationTokenSource stalled)
    {
        await using Stream from = await response.Content.ReadAsStreamAsync(stalled.Token);
        await using FileStream to = Open(start);
        var block = new byte[BlockBytes];
        long done = start;
        progress?.Report(new FetchProgress(name, address, done, total));
        while (true)
        {
            int read;
            try
            {
                stalled.CancelAfter(stall);
                read = await from.ReadAsync(block, stalled.Token);
            }
            catch (IOException e)
            {
                return $"the transfer broke off at byte {done}{Of(total)} ({e.Message})";
            }

            if (read == 0)
                return total is null || done == total ? null : $"the transfer ended at byte {done}{Of(total)}";
            done += read;
            if (done > limit)
                return $"the server sent more than the {limit} bytes expected at most";
            try
            {
                await to.WriteAsync(block.AsMemory(0, read), stalled.Token);
            }
            catch (IOException e)
            {
                throw Disk.Refused(part, e);
            }

            progress?.Report(new FetchProgress(name, address, done, total));
        }
    }

    private FileStream Open(long start)
    {
        try
        {
            var to = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            to.SetLength(start);
            to.Position = start;
            return to;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Disk.Refused(part, e);
        }
    }

    // 416: either the part is whole already, or it is longer than the file and so another file's
    private string? AtEnd(HttpResponseMessage response, long have)
    {
        if (response.Content.Headers.ContentRange?.Length == have)
            return null;
        Discard();
        return "what was on disk is longer than the file at the server, and was dropped";
    }

    private static string Of(long? total) => total is null ? "" : $" of {total}";
}
