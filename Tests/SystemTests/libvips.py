"""Pictures as libvips decodes them, for a second opinion beside that of Pillow."""

import ctypes
import ctypes.util
import hashlib


def _library():
    name = ctypes.util.find_library("vips")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    library.vips_init(b"vitrine-tests")
    # It takes another picture at the same address for the one that it has decoded.
    library.vips_cache_set_max(0)
    library.vips_image_new_from_buffer.restype = ctypes.c_void_p
    library.vips_image_write_to_memory.restype = ctypes.c_void_p
    for getter in ("width", "height", "bands"):
        getattr(library, f"vips_image_get_{getter}").argtypes = [ctypes.c_void_p]
    return library


LIBRARY = _library()


def shown(content, frames=True):
    """Width, height over all frames, bands, and a digest of all pixels; nothing where libvips cannot decode it to its end."""
    vips, glib = LIBRARY, ctypes.CDLL(ctypes.util.find_library("gobject-2.0"))
    # With fail_on=warning a file that ends early is none.
    options = b"fail_on=warning" + (b",n=-1" if frames else b"")
    image = vips.vips_image_new_from_buffer(content, ctypes.c_size_t(len(content)), options, None)
    if not image:
        vips.vips_error_clear()
        return None
    try:
        size = ctypes.c_size_t()
        pixels = vips.vips_image_write_to_memory(ctypes.c_void_p(image), ctypes.byref(size))
        if not pixels:
            vips.vips_error_clear()
            return None
        digest = hashlib.sha256(ctypes.string_at(pixels, size.value)).hexdigest()
        glib.g_free(ctypes.c_void_p(pixels))
        sides = [getattr(vips, f"vips_image_get_{side}")(image) for side in ("width", "height", "bands")]
        return (*sides, digest)
    finally:
        glib.g_object_unref(ctypes.c_void_p(image))
