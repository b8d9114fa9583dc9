using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;
using Pare.Compression.Data;
using Pare.Compression.Tests.Data.Fetching;

namespace Pare.Compression.Tests.Data;

public sealed class DataFetcherTests : IDisposable
{
    private static readonly byte[] Content = Bytes.Random(200_000);
    private static readonly byte[] Packed = Bytes.Gz(Content);
    private readonly TempFolder _cache = new();
    private readonly HttpClient _client = new();

    private string Final => _cache.At("tiny", "a.bin.gz");

    private string Part => Final + ".part";

    public void Dispose()
    {
        _client.Dispose();
        _cache.Dispose();
    }

    private static string Sha(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private Task<ImmutableArray<string>> Fetch(params string[] mirrors) => Fetch(new Tiny([]), mirrors);

    private Task<ImmutableArray<string>> Fetch(DataSource source, params string[] mirrors) =>
        new DataFetcher(_client) { StallTimeout = TimeSpan.FromSeconds(20) }.FetchAsync(source, _cache.Path, mirrors);

    [Fact]
    public async Task FetchAsync_GoodMirror_ArrivesWholeAndIsFound()
    {
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        var reports = new List<FetchProgress>();
        var fetcher = new DataFetcher(_client);
        ImmutableArray<string> files = await fetcher.FetchAsync(new Tiny([server.Address]), _cache.Path, progress: new Direct(reports.Add));
        files.ShouldBe([Final]);
        File.ReadAllBytes(Final).ShouldBe(Packed);
        File.Exists(Part).ShouldBeFalse();
        reports[^1].ShouldBe(new FetchProgress("a.bin.gz", server.Address + "/a.bin.gz", Packed.Length, Packed.Length));
        server.Requests.ShouldBe(["/a.bin.gz"]);
        await fetcher.FetchAsync(new Tiny([server.Address]), _cache.Path); // already there: nothing is asked
        server.Requests.Count.ShouldBe(1);
        new Tiny([]).Open(DataPart.Train, new DataLocations([], _cache.Path)).Count.ShouldBe(200_000);
    }

    [Fact]
    public async Task FetchAsync_TransferCut_ResumesWithARange()
    {
        using var server = new LocalServer((_, start) => start is null ? LocalServer.Serve(Packed, start) with { CutAt = 70_000 } : LocalServer.Serve(Packed, start));
        await Fetch(server.Address);
        File.ReadAllBytes(Final).ShouldBe(Packed);
        server.Requests.ShouldBe(["/a.bin.gz", "/a.bin.gz+70000"]);
    }

    [Fact]
    public async Task FetchAsync_PartOfAnEarlierRun_IsResumed()
    {
        _cache.Write("tiny/a.bin.gz.part", Packed[..1234]);
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        await Fetch(server.Address);
        server.Requests.ShouldBe(["/a.bin.gz+1234"]);
        File.ReadAllBytes(Final).ShouldBe(Packed);
    }

    [Fact]
    public async Task FetchAsync_WholePartOfAnEarlierRun_IsInstalled()
    {
        _cache.Write("tiny/a.bin.gz.part", Packed);
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        await Fetch(server.Address);
        File.ReadAllBytes(Final).ShouldBe(Packed);
    }

    [Fact]
    public async Task FetchAsync_ServerIgnoresRanges_BeginsAgain()
    {
        _cache.Write("tiny/a.bin.gz.part", Bytes.Random(5000));
        using var server = new LocalServer((_, _) => new Reply("200 OK", Packed));
        await Fetch(server.Address);
        File.ReadAllBytes(Final).ShouldBe(Packed);
    }

    [Fact]
    public async Task FetchAsync_WrongPart_IsDroppedAndFetchedAfresh()
    {
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        foreach (int length in new[] { 5000, Packed.Length, Packed.Length + 10 })
        {
            _cache.Write("tiny/a.bin.gz.part", Bytes.Random(length, seed: 9));
            File.Delete(Final);
            await Fetch(server.Address);
            File.ReadAllBytes(Final).ShouldBe(Packed);
        }
    }

    [Fact]
    public async Task FetchAsync_WrongContent_TriesTheNextMirror()
    {
        byte[] wrong = Bytes.Gz(Bytes.Random(200_000, seed: 2));
        using var bad = new LocalServer((_, start) => LocalServer.Serve(wrong, start));
        using var missing = new LocalServer((_, _) => new Reply("404 Not Found", []));
        using var good = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        await Fetch(bad.Address, missing.Address + "/", good.Address);
        File.ReadAllBytes(Final).ShouldBe(Packed);
        bad.Requests.Count.ShouldBe(1);
        missing.Requests.ShouldBe(["/a.bin.gz"]);
        good.Requests.ShouldBe(["/a.bin.gz"]); // from the start: nothing of the wrong file is kept
    }

    [Fact]
    public async Task FetchAsync_AllFail_SaysWhyAndWhatToDo()
    {
        byte[] wrong = Bytes.Gz(Bytes.Random(200_000, seed: 2));
        using var bad = new LocalServer((_, start) => LocalServer.Serve(wrong, start));
        string offline;
        using (var gone = new LocalServer((_, _) => new Reply("200 OK", [])))
            offline = gone.Address;
        string message = (await Should.ThrowAsync<DataException>(() => Fetch(bad.Address, offline, "ftp://x"))).Message;
        message.ShouldContain($"expected {Sha(Content)}");
        message.ShouldContain(offline + "/a.bin.gz: ");
        message.ShouldContain("not an http or https address");
        message.ShouldContain($"put a.bin (plain, .gz or .br) into '{_cache.At("tiny")}'");
        message.ShouldContain("PARE_DATA");
        message.ShouldContain("--mirror");
        File.Exists(Final).ShouldBeFalse();
        File.Exists(Part).ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_ServerHangs_GivesUpAndKeepsThePart()
    {
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start) with { CutAt = start is null ? 5000 : 0, Hang = true });
        var fetcher = new DataFetcher(_client) { StallTimeout = TimeSpan.FromMilliseconds(1500) };
        (await Should.ThrowAsync<DataException>(() => fetcher.FetchAsync(new Tiny([]), _cache.Path, [server.Address]))).Message.ShouldContain("sent nothing");
        File.ReadAllBytes(Part).ShouldBe(Packed[..5000]);
    }

    [Fact]
    public async Task FetchAsync_TooLong_IsRefused()
    {
        using var server = new LocalServer((_, _) => new Reply("200 OK", new byte[4_000_000]));
        (await Should.ThrowAsync<DataException>(() => Fetch(server.Address))).Message.ShouldContain("expected at most");
    }

    [Fact]
    public async Task FetchAsync_Cancelled_KeepsThePart()
    {
        using var cancel = new CancellationTokenSource();
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start) with { CutAt = 5000, Hang = true });
        var progress = new Direct(p =>
        {
            if (p.BytesDone == 5000)
                cancel.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => new DataFetcher(_client).FetchAsync(new Tiny([server.Address]), _cache.Path, progress: progress, cancel: cancel.Token));
        File.ReadAllBytes(Part).ShouldBe(Packed[..5000]);
    }

    [Fact]
    public async Task FetchAsync_DamagedFileInTheCache_IsReplaced()
    {
        _cache.Write("tiny/a.bin", Bytes.Random(200_000, seed: 4));
        using var server = new LocalServer((_, start) => LocalServer.Serve(Packed, start));
        (await Fetch(server.Address)).ShouldBe([Final]);
        File.Exists(_cache.At("tiny", "a.bin")).ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_Archive_UnpacksWhatIsKnownOnly()
    {
        byte[] archive = Tar(("set/a.bin", Content), ("../evil", [1]), ("set/other", [2]));
        using var server = new LocalServer((_, start) => LocalServer.Serve(archive, start));
        (await Fetch(new Tiny([], archived: true), server.Address)).ShouldBe([_cache.At("tiny", "a.bin")]);
        File.ReadAllBytes(_cache.At("tiny", "a.bin")).ShouldBe(Content);
        Directory.GetFileSystemEntries(_cache.Path, "*", SearchOption.AllDirectories).Length.ShouldBe(2);
    }

    [Fact]
    public async Task FetchAsync_ArchiveWrong_LeavesNothing()
    {
        foreach ((byte[] archive, string reason) in new[]
        {
            (Tar(("set/b.bin", Content)), "no 'set/a.bin'"),
            (Tar(("set/a.bin", Bytes.Random(200_000, seed: 7))), "SHA-256"),
            (Bytes.Gz(Bytes.Random(5000)), "unpacked"),
            (Tar(("set/a.bin", Content))[..5000], ""),
        })
        {
            using var server = new LocalServer((_, start) => LocalServer.Serve(archive, start));
            (await Should.ThrowAsync<DataException>(() => Fetch(new Tiny([], archived: true), server.Address))).Message.ShouldContain(reason);
            Directory.GetFiles(_cache.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task FetchAsync_FolderCannotBeMade_SaysSo()
    {
        _cache.Write("tiny", [1]); // a file stands where the folder should
        (await Should.ThrowAsync<DataException>(() => Fetch("http://127.0.0.1:9"))).Message.ShouldContain("cannot be written");
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        using var to = new MemoryStream();
        using (var writer = new TarWriter(to, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return Bytes.Gz(to.ToArray());
    }

    private sealed class Tiny(ImmutableArray<string> mirrors, bool archived = false) : DataSource
    {
        public override string Name => "tiny";

        public override string Description => "for tests";

        public override ImmutableArray<string> Mirrors => mirrors;

        public override ImmutableArray<DataFile> Files =>
            [archived ? new DataFile("a.bin", Content.Length, Sha(Content), "tiny.tar.gz", "set/a.bin") : new DataFile("a.bin", Content.Length, Sha(Content), "a.bin.gz")];

        public override DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default) =>
            DataSet.FromBytes("tiny", [1], 0, ReadFile(Files[0], where), null);
    }

    /// <summary>Reports on the spot, where Progress would use another thread.</summary>
    private sealed class Direct(Action<FetchProgress> report) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => report(value);
    }
}
