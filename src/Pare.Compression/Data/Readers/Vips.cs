using System.Globalization;
using System.Runtime.InteropServices;

namespace Pare.Compression.Data.Readers;

/// <summary>The few functions of libvips that decode a picture and bring it to a size. Loaded when the first picture is read.</summary>
/// <remarks>
/// libvips' convenient functions take variable arguments, which cannot be called portably; this goes through its operation objects, as its
/// own bindings do.
/// GObject's functions are found through libvips' handle where the loader searches dependencies, else in GObject's own library.
/// </remarks>
internal sealed unsafe class Vips
{
    private const nuint ObjectType = 20 << 2; // G_TYPE_OBJECT
    private static readonly string[] Libraries = ["libvips.so.42", "libvips.42.dylib", "libvips-42.dll"];
    private static readonly string[] ObjectLibraries = ["libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"];
    private static readonly Lazy<Vips?> Instance = new(TryLoad);

    private readonly delegate* unmanaged[Cdecl]<byte*, nint> _newOperation;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _setText;
    private readonly delegate* unmanaged[Cdecl]<nint, nint> _build;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _unrefOutputs;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*> _findLoader;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _width, _height, _bands, _hasAlpha;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, byte*> _toMemory;
    private readonly delegate* unmanaged[Cdecl]<byte*> _error;
    private readonly delegate* unmanaged[Cdecl]<void> _clearError;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _unref;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, GValue*, void> _getProperty, _setProperty;
    private readonly delegate* unmanaged[Cdecl]<GValue*, nuint, GValue*> _initValue;
    private readonly delegate* unmanaged[Cdecl]<GValue*, nint, void> _setObject;
    private readonly delegate* unmanaged[Cdecl]<GValue*, nint> _dupObject;
    private readonly delegate* unmanaged[Cdecl]<GValue*, void> _unsetValue;
    private readonly delegate* unmanaged[Cdecl]<void*, void> _free;

    private Vips(nint vips, nint objects)
    {
        nint Vip(string name) => NativeLibrary.GetExport(vips, name);
        nint Obj(string name) => NativeLibrary.TryGetExport(vips, name, out nint found) ? found : NativeLibrary.GetExport(objects, name);
        fixed (byte* name = "pare\0"u8)
        {
            if (((delegate* unmanaged[Cdecl]<byte*, int>)Vip("vips_init"))(name) != 0)
                throw new DataException("libvips is installed but does not start; pictures cannot be read. Reinstall it ('apt install libvips42').");
        }

        // A picture is small and read once: no cache of operations, and one thread each, since many pictures are read at the same time.
        ((delegate* unmanaged[Cdecl]<int, void>)Vip("vips_cache_set_max"))(0);
        ((delegate* unmanaged[Cdecl]<int, void>)Vip("vips_concurrency_set"))(1);
        _newOperation = (delegate* unmanaged[Cdecl]<byte*, nint>)Vip("vips_operation_new");
        _setText = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)Vip("vips_object_set_argument_from_string");
        _build = (delegate* unmanaged[Cdecl]<nint, nint>)Vip("vips_cache_operation_build");
        _unrefOutputs = (delegate* unmanaged[Cdecl]<nint, void>)Vip("vips_object_unref_outputs");
        _findLoader = (delegate* unmanaged[Cdecl]<byte*, byte*>)Vip("vips_foreign_find_load");
        _width = (delegate* unmanaged[Cdecl]<nint, int>)Vip("vips_image_get_width");
        _height = (delegate* unmanaged[Cdecl]<nint, int>)Vip("vips_image_get_height");
        _bands = (delegate* unmanaged[Cdecl]<nint, int>)Vip("vips_image_get_bands");
        _hasAlpha = (delegate* unmanaged[Cdecl]<nint, int>)Vip("vips_image_hasalpha");
        _toMemory = (delegate* unmanaged[Cdecl]<nint, nuint*, byte*>)Vip("vips_image_write_to_memory");
        _error = (delegate* unmanaged[Cdecl]<byte*>)Vip("vips_error_buffer");
        _clearError = (delegate* unmanaged[Cdecl]<void>)Vip("vips_error_clear");
        _unref = (delegate* unmanaged[Cdecl]<nint, void>)Obj("g_object_unref");
        _getProperty = (delegate* unmanaged[Cdecl]<nint, byte*, GValue*, void>)Obj("g_object_get_property");
        _setProperty = (delegate* unmanaged[Cdecl]<nint, byte*, GValue*, void>)Obj("g_object_set_property");
        _initValue = (delegate* unmanaged[Cdecl]<GValue*, nuint, GValue*>)Obj("g_value_init");
        _setObject = (delegate* unmanaged[Cdecl]<GValue*, nint, void>)Obj("g_value_set_object");
        _dupObject = (delegate* unmanaged[Cdecl]<GValue*, nint>)Obj("g_value_dup_object");
        _unsetValue = (delegate* unmanaged[Cdecl]<GValue*, void>)Obj("g_value_unset");
        _free = (delegate* unmanaged[Cdecl]<void*, void>)Obj("g_free");
    }

    /// <summary>Whether libvips is on this machine.</summary>
    internal static bool IsAvailable => Instance.Value is not null;

    /// <summary>The library, or a <see cref="DataException"/> that says how to install it.</summary>
    internal static Vips Load() => Require(Instance.Value);

    internal static Vips Require(Vips? found) => found ?? throw new DataException(
        "Reading pictures needs the library libvips (libvips.so.42), which is not on this machine. Install it: 'apt install libvips42' on Debian and Ubuntu, "
        + "'dnf install vips' on Fedora, 'brew install vips' on macOS; or convert the pictures to .npz arrays.");

    /// <summary>Decodes a picture, turned upright by its EXIF tag, without transparency (black behind it), 8 bits a channel.</summary>
    /// <param name="path">The file.</param>
    /// <param name="height">Rows wanted; 0 for the picture's own size.</param>
    /// <param name="width">Columns wanted; 0 for the picture's own size.</param>
    /// <param name="channels">3: sRGB; 1: grey.</param>
    /// <param name="stretch">Ignore the aspect ratio, rather than cut around the centre.</param>
    /// <returns>[H, W, C].</returns>
    internal (byte[] Pixels, int Height, int Width) Read(string path, int height, int width, int channels, bool stretch)
    {
        nint image = height > 0
            ? Run(path, 0, "thumbnail", ("filename", path), ("width", Text(width)), ("height", Text(height)), stretch ? ("size", "force") : ("crop", "centre"))
            : Run(path, Run(path, 0, Loader(path), ("filename", path)), "autorot");
        if (_hasAlpha(image) != 0)
            image = Run(path, image, "flatten");
        image = Run(path, image, "colourspace", ("space", channels == 1 ? "b-w" : "srgb"));
        image = Run(path, image, "cast", ("format", "uchar"));
        try
        {
            (int h, int w, int bands) = (_height(image), _width(image), _bands(image));
            if (bands != channels)
                throw new DataException($"Picture '{path}' has {bands} channels after conversion; expected {channels}.");
            nuint size;
            byte* memory = _toMemory(image, &size);
            if (memory is null)
                throw Failed(path);
            try
            {
                return (new ReadOnlySpan<byte>(memory, checked((int)size)).ToArray(), h, w);
            }
            finally
            {
                _free(memory);
            }
        }
        finally
        {
            _unref(image);
        }
    }

    /// <summary>Runs one operation; takes over <paramref name="input"/> (0: none) and gives back an image to unref.</summary>
    private nint Run(string path, nint input, string operation, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        fixed (byte* name = Utf8(operation), inName = "in\0"u8, outName = "out\0"u8)
        {
            nint made = _newOperation(name), built = 0;
            bool ok = made != 0;
            foreach ((string argument, string value) in arguments)
            {
                fixed (byte* a = Utf8(argument), v = Utf8(value))
                    ok = ok && _setText(made, a, v) == 0;
            }

            GValue box = default;
            if (input != 0)
            {
                _initValue(&box, ObjectType);
                _setObject(&box, input);
                if (made != 0)
                    _setProperty(made, inName, &box);
                _unsetValue(&box);
                _unref(input);
            }

            if (ok)
                built = _build(made);
            if (made != 0)
                _unref(made);
            if (built == 0)
                throw Failed(path);
            box = default;
            _initValue(&box, ObjectType);
            _getProperty(built, outName, &box);
            nint output = _dupObject(&box);
            _unsetValue(&box);
            _unrefOutputs(built);
            _unref(built);
            return output;
        }
    }

    private string Loader(string path)
    {
        fixed (byte* name = Utf8(path))
        {
            byte* loader = _findLoader(name);
            return loader is null ? throw Failed(path) : Marshal.PtrToStringUTF8((nint)loader)!;
        }
    }

    private DataException Failed(string path)
    {
        string text = (Marshal.PtrToStringUTF8((nint)_error()) ?? "").Trim().ReplaceLineEndings("; ");
        _clearError();
        return new DataException($"Picture '{path}' cannot be read: {text}. Replace or remove it.");
    }

    private static Vips? TryLoad()
    {
        foreach (string library in Libraries)
        {
            if (!NativeLibrary.TryLoad(library, out nint vips))
                continue;
            nint objects = 0;
            foreach (string name in ObjectLibraries)
            {
                if (NativeLibrary.TryLoad(name, out objects))
                    break;
            }

            return new Vips(vips, objects);
        }

        return null;
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text + "\0");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>GObject's box of one value: a type and two words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct GValue
    {
        private nuint _type;
        private ulong _first;
        private ulong _second;
    }
}
