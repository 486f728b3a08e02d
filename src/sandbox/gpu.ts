/**
 * Where a machine's GPUs lie, so that a command whose task asks for them can be shown them. Nothing here has run on a
 * machine with a GPU; the paths are those of the drivers' documentation.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** NVIDIA's GPUs, control devices and folder of capabilities (MIG); AMD's compute device; Windows' GPU in WSL 2. */
const DEVICE = /^(?:nvidia.*|kfd|dxg)$/;
/** Of these, those without which nothing is computed. */
const COMPUTES = /^(?:nvidia\d+|kfd|dxg)$/;
/** They compute and draw, but cannot set a screen's mode. */
const RENDER_NODE = /^renderD\d+$/;

/** What the drivers' libraries read about the hardware. */
export const HARDWARE_FOLDERS = ["/sys/bus/pci", "/sys/class/drm", "/sys/class/kfd", "/sys/dev/char", "/sys/devices"];

/** Absolute paths below `dev`, sorted; empty on a machine without a GPU that computes. */
export function gpuDevices(dev = "/dev"): string[] {
  const found = namesIn(dev).filter((name) => DEVICE.test(name));
  if (!found.some((name) => COMPUTES.test(name))) return [];
  const nodes = namesIn(join(dev, "dri")).filter((name) => RENDER_NODE.test(name));
  return [...found, ...nodes.map((node) => join("dri", node))].map((name) => join(dev, name)).sort();
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
