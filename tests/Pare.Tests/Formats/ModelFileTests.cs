using Pare.Formats;
using Pare.Formats.Container;
using Pare.Tests.Formats.Container;

namespace Pare.Tests.Formats;

public sealed class ModelFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pare-tests-");
    private readonly ModelFileContext _context = new() { Operators = TestModels.Operators };

    private string Target => Path.Combine(_folder.FullName, "model.pare");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_OfSaved_IsTheModel()
    {
        Model model = TestModels.Everything();
        ModelFile.Save(model, Target, null, _context);
        Model read = ModelFile.Load(Target, _context);
        ModelComparison.FirstDifference(ContainerNames.Keep(model, KeptNames.WeightsAndNodes), read, CancellationToken.None).ShouldBeNull();
        OnlyTheTarget();
    }

    [Fact]
    public void Load_ByContent_IgnoresTheExtension()
    {
        ModelFile.Save(TestModels.Everything(), Target, null, _context);
        string other = Path.Combine(_folder.FullName, "model.bin");
        File.Move(Target, other);
        ModelFile.Load(other, _context).Nodes.Length.ShouldBe(3);
    }

    [Fact]
    public void Load_NoKnownFormat_SaysWhatIsKnown()
    {
        string other = Path.Combine(_folder.FullName, "model.xyz");
        File.WriteAllText(other, "something");
        Should.Throw<UnsupportedException>(() => ModelFile.Load(other)).Message.ShouldContain(".pare, .onnx");
        Should.Throw<UnsupportedException>(() => ModelFile.Save(TestModels.Everything(), other)).Message.ShouldContain(".pare");
        Should.Throw<FileNotFoundException>(() => ModelFile.Load(Target));
    }

    [Fact]
    public void Save_ThroughALink_ReplacesWhatItPointsTo()
    {
        Old();
        string link = Path.Combine(_folder.FullName, "link.pare");
        File.CreateSymbolicLink(link, Target);
        ModelFile.Save(TestModels.Everything(), link, null, _context);
        new FileInfo(link).LinkTarget.ShouldBe(Target);
        ModelFile.Load(Target, _context).Nodes.Length.ShouldBe(3);
    }

    [Fact]
    public void Save_ToAFolderOrNowhere_SaysSo()
    {
        Directory.CreateDirectory(Target);
        Should.Throw<IOException>(() => ModelFile.Save(TestModels.Everything(), Target, null, _context)).Message.ShouldContain("is a folder");
        Should.Throw<IOException>(() => ModelFile.Save(TestModels.Everything(), Path.Combine(_folder.FullName, "no", "m.pare"), null, _context))
            .Message.ShouldContain("no folder");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Save_DiskFull_KeepsTheOldFile(int room)
    {
        byte[] old = Old();
        Should.Throw<IOException>(() => ModelFile.Save(TestModels.Everything(), Target, null, _context, file => new SmallDisk(file, room)));
        File.ReadAllBytes(Target).ShouldBe(old);
        OnlyTheTarget();
    }

    [Fact]
    public void Save_ToTheFullDevice_KeepsTheOldFile()
    {
        if (!File.Exists("/dev/full")) return; // not on this system; Save_DiskFull covers the rest
        byte[] old = Old();
        Should.Throw<IOException>(() => ModelFile.Save(TestModels.Everything(), Target, null, _context, file =>
        {
            file.Dispose();
            return new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }));
        File.ReadAllBytes(Target).ShouldBe(old);
        OnlyTheTarget();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    public void Save_Cancelled_KeepsTheOldFile(int afterWrites)
    {
        byte[] old = Old();
        using var source = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => ModelFile.Save(
            TestModels.Everything(), Target, null, _context with { Cancel = source.Token }, file => new CancelsAfter(file, afterWrites, source)));
        File.ReadAllBytes(Target).ShouldBe(old);
        OnlyTheTarget();
    }

    [Fact]
    public void Save_ADiskThatForgets_KeepsTheOldFile()
    {
        byte[] old = Old();
        Should.Throw<ModelException>(() => ModelFile.Save(TestModels.Everything(), Target, null, _context, file => new FlipsOneBit(file)));
        File.ReadAllBytes(Target).ShouldBe(old);
        OnlyTheTarget();
    }

    [Fact]
    public void Save_AFormatThatLoses_SaysWhatIsLost()
    {
        VerificationException e = Should.Throw<VerificationException>(() => ModelFile.Save(TestModels.Everything(), Target, new Lossy(), _context));
        e.Message.ShouldContain("'everything' of opset 13 is 'lost' of 13");
        Directory.GetFileSystemEntries(_folder.FullName).ShouldBeEmpty();
    }

    [Fact]
    public void Save_WithASecondFile_MovesBoth()
    {
        ModelFile.Save(TestModels.Everything(), Target, new TwoFiles(), _context);
        File.ReadAllText(Target + ".data").ShouldBe("beside");
        Directory.GetFileSystemEntries(_folder.FullName).Length.ShouldBe(2);
    }

    private byte[] Old()
    {
        byte[] old = [1, 2, 3];
        File.WriteAllBytes(Target, old);
        return old;
    }

    private void OnlyTheTarget() => Directory.GetFileSystemEntries(_folder.FullName).ShouldBe([Target]);

    /// <summary>Passes writes on, and closes the file.</summary>
    private abstract class Wrapped(Stream file) : MemoryStream
    {
        protected Stream Inner => file;

        public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class SmallDisk(Stream file, int room) : Wrapped(file)
    {
        private int _left = room;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if ((_left -= buffer.Length) < 0) throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }

    private sealed class CancelsAfter(Stream file, int writes, CancellationTokenSource source) : Wrapped(file)
    {
        private int _left = writes;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_left-- == 0) source.Cancel();
            base.Write(buffer);
        }
    }

    private sealed class FlipsOneBit(Stream file) : Wrapped(file)
    {
        private bool _isDone;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_isDone || buffer.Length < 100)
            {
                base.Write(buffer);
                return;
            }
            _isDone = true;
            byte[] changed = buffer.ToArray();
            changed[50] ^= 4;
            base.Write(changed);
        }
    }

    private class Plain : IModelFormat
    {
        public string Name => "plain";

        public bool Claims(string path, ReadOnlySpan<byte> head) => false;

        public virtual Model Read(Stream stream, ModelFileContext context) => new ContainerFormat().Read(stream, context);

        public virtual void Write(Model model, Stream stream, ModelFileContext context) => ContainerWriter.Write(model, stream, new ContainerOptions { Names = KeptNames.All });
    }

    private sealed class Lossy : Plain
    {
        public override Model Read(Stream stream, ModelFileContext context)
        {
            Model model = base.Read(stream, context);
            return model.WithMetadata(model.Metadata with { Name = "lost" });
        }
    }

    private sealed class TwoFiles : Plain
    {
        public override void Write(Model model, Stream stream, ModelFileContext context)
        {
            base.Write(model, stream, context);
            File.WriteAllText(Path.Combine(context.Folder!, context.FileName + ".data"), "beside");
        }

        public override Model Read(Stream stream, ModelFileContext context)
        {
            File.Exists(Path.Combine(context.Folder!, "model.pare.data")).ShouldBeTrue();
            return base.Read(stream, context);
        }
    }
}
