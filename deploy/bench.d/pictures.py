"""Pictures to upload."""

from PIL import Image


def make_picture(path, size):
    """Writes a JPEG of about `size` bytes: a smooth picture with the noise of a camera."""
    side = 64
    for _ in range(6):
        noise = Image.effect_noise((side, side), 40)
        smooth = Image.radial_gradient("L").resize((side, side))
        picture = Image.merge("RGB", [Image.blend(smooth, noise, share) for share in (0.4, 0.5, 0.6)])
        picture.save(path, "JPEG", quality=85)
        made = path.stat().st_size
        if 0.97 * size <= made <= size:
            return
        side = max(8, int(side * (0.985 * size / made) ** 0.5))
    raise SystemExit(f"deploy/bench: no picture of {size} bytes could be made")
