using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pare.Compression.Tests.Data;

/// <summary>Makes the bytes of the formats that the readers are tested with.</summary>
internal static class Bytes
{
    public static byte[] Idx(int[] dims, byte[] values, byte type = 8)
    {
        var header = new byte[4 + 4 * dims.Length];
        (header[2], header[3]) = (type, (byte)dims.Length);
        for (int i = 0; i < dims.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), dims[i]);
        return [.. header, .. values];
    }

    public static byte[] Npy(string descr, string shape, byte[] values, string fortran = "False", int version = 1)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': ({shape}), }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. values];
    }

    public static byte[] Of<T>(params T[] values)
        where T : unmanaged
        => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var to = new MemoryStream();
        using (var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return to.ToArray();
    }

    public static byte[] Gz(byte[] content)
    {
        using var to = new MemoryStream();
        using (var gz = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true))
            gz.Write(content);
        return to.ToArray();
    }

    public static byte[] Br(byte[] content)
    {
        using var to = new MemoryStream();
        using (var br = new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true))
            br.Write(content);
        return to.ToArray();
    }

    public static byte[] Random(int count, ulong seed = 1)
    {
        var rng = new Rng(seed);
        var bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = (byte)rng.NextUInt64();
        return bytes;
    }
}
