/**
 * Rust: what is printed line by line is collected, and written in large pieces: the standard library asks the system once for every line. What
 * is left is written at the end of `main`, in a panic, too.
 */
import { ancestors, childOf, namedChildren } from "../../../../syntax/tree.ts";
import { type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { isLoop } from "../loops.ts";

export const buffered: Rule = {
  name: "buffered",
  weight: 1.2,
  find: (source) => (source.language === "rust" ? collected(source) : []),
};

/** What ends a program without the end of `main`, writes by itself, waits for an answer or is another thread's or file's. */
const OTHERS =
  /\bexit\s*\(|\babort\s*\(|\bstdout\s*\(|\bthread\b|\brayon\b|\bread_line\b|\bPRINTED\b|macro_rules!\s*print|^\s*(?:pub\s+)?mod\s+\w+\s*;/m;

function collected(source: Source): Rewrite[] {
  const isAgain = source.nodes.some(
    (node) =>
      node.type === "macro_invocation" &&
      sourceOf(source, node).startsWith("println!") &&
      [...ancestors(node)].some(isLoop),
  );
  const main = source.nodes.find(
    (node) =>
      node.type === "function_item" &&
      node.parent?.type === "source_file" &&
      sourceOf(source, childOf(node, "name") ?? node) === "main",
  );
  const body = main === undefined ? undefined : childOf(main, "body");
  const first = namedChildren(source.nodes[0] as (typeof source.nodes)[number]).find(
    ({ type }) => type !== "inner_attribute_item",
  );
  if (!isAgain || body === undefined || first === undefined || OTHERS.test(source.text)) return [];
  if (/\basync\s+fn\s+main/.test(source.text)) return [];
  return [
    {
      description: "collect what is printed",
      at: first.start,
      replacements: [
        { start: first.start, end: first.start, text: MACROS },
        { start: body.start + 1, end: body.start + 1, text: "\n    let _printed = Printed;" },
      ],
    },
  ];
}

const MACROS = `thread_local! {
    static PRINTED: std::cell::RefCell<std::io::BufWriter<std::io::Stdout>> =
        std::cell::RefCell::new(std::io::BufWriter::with_capacity(1 << 16, std::io::stdout()));
}

/// Writes what is left when it goes.
struct Printed;

impl Drop for Printed {
    fn drop(&mut self) {
        PRINTED.with(|out| std::io::Write::flush(&mut *out.borrow_mut())).expect("the output can be written");
    }
}

#[allow(unused_macros)]
macro_rules! print {
    ($($part:tt)*) => {{
        let text = format!($($part)*);
        PRINTED.with(|out| std::io::Write::write_all(&mut *out.borrow_mut(), text.as_bytes())).expect("the output can be written")
    }};
}

macro_rules! println {
    () => { print!("\\n") };
    ($($part:tt)*) => {{
        let mut text = format!($($part)*);
        text.push('\\n');
        PRINTED.with(|out| std::io::Write::write_all(&mut *out.borrow_mut(), text.as_bytes())).expect("the output can be written")
    }};
}

`;
