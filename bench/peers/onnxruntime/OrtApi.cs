using System.Runtime.InteropServices;
using System.Text;

namespace Pare.Peers.OnnxRuntime;

/// <summary>
/// ONNX Runtime's C interface: a table of function pointers, whose order is its promise to callers (onnxruntime_c_api.h). Only the
/// functions that a comparison needs, by their places in the table.
/// </summary>
internal sealed unsafe class OrtApi
{
    private const uint Version = 17; // the table only ever grows
    private readonly nint* _table;

    public OrtApi(string library)
    {
        nint handle = NativeLibrary.Load(Path.GetFullPath(library));
        nint* entry = ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(handle, "OrtGetApiBase"))();
        _table = (nint*)((delegate* unmanaged<uint, nint>)entry[0])(Version);
        if (_table is null) throw new NotSupportedException($"{library} does not know version {Version} of the C interface.");
    }

    public nint CreateEnvironment(string name)
    {
        nint made;
        fixed (byte* id = Text(name)) Check(((delegate* unmanaged<int, byte*, nint*, nint>)_table[3])(3 /* errors */, id, &made));
        return made;
    }

    public nint CreateOptions(int threads)
    {
        nint made;
        Check(((delegate* unmanaged<nint*, nint>)_table[10])(&made));
        Check(((delegate* unmanaged<nint, int, nint>)_table[23])(made, 99 /* all graph optimizations */));
        Check(((delegate* unmanaged<nint, int, nint>)_table[24])(made, threads));
        return made;
    }

    public nint CreateSession(nint environment, string file, nint options)
    {
        nint made;
        fixed (byte* path = Text(Path.GetFullPath(file))) Check(((delegate* unmanaged<nint, byte*, nint, nint*, nint>)_table[7])(environment, path, options, &made));
        return made;
    }

    public nint CreateCpuMemory()
    {
        nint made;
        Check(((delegate* unmanaged<int, int, nint*, nint>)_table[69])(0, 0, &made));
        return made;
    }

    /// <summary>A tensor over memory of the caller's; the element type by ONNX's number.</summary>
    public nint CreateTensor(nint memory, void* values, long bytes, ReadOnlySpan<long> shape, int type)
    {
        nint made;
        fixed (long* dims = shape)
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_table[49])(
                memory, values, (nuint)bytes, dims, (nuint)shape.Length, type, &made));
        return made;
    }

    /// <summary>The outputs, which ONNX Runtime allocates.</summary>
    public nint[] Run(nint session, IReadOnlyList<string> inputs, nint[] values, IReadOnlyList<string> outputs)
    {
        var made = new nint[outputs.Count];
        GCHandle[] names = [.. inputs.Concat(outputs).Select(n => GCHandle.Alloc(Text(n), GCHandleType.Pinned))];
        nint[] texts = [.. names.Select(n => n.AddrOfPinnedObject())];
        try
        {
            fixed (nint* text = texts, value = values, result = made)
                Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_table[9])(
                    session, 0, text, value, (nuint)inputs.Count, text + inputs.Count, (nuint)outputs.Count, result));
        }
        finally
        {
            foreach (GCHandle name in names) name.Free();
        }
        return made;
    }

    public void* Values(nint tensor)
    {
        void* values;
        Check(((delegate* unmanaged<nint, void**, nint>)_table[51])(tensor, &values));
        return values;
    }

    public void ReleaseEnvironment(nint it) => Release(92, it);

    public void ReleaseMemory(nint it) => Release(94, it);

    public void ReleaseSession(nint it) => Release(95, it);

    public void ReleaseTensor(nint it) => Release(96, it);

    public void ReleaseOptions(nint it) => Release(100, it);

    private void Release(int place, nint it) => ((delegate* unmanaged<nint, void>)_table[place])(it);

    private void Check(nint status)
    {
        if (status == 0) return;
        string fault = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)_table[2])(status)) ?? "unknown fault";
        Release(93, status);
        throw new InvalidOperationException($"ONNX Runtime: {fault}");
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
