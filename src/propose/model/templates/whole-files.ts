/** How an edit is written as whole files. */
export const wholeFiles = `Begin with one line \`Idea: …\`: what you change and why it should help. Then give every file that changes in full, each in a
fence below a line with its path:

Idea: Halve the step size, because the loss oscillates at the end.

src/train.py
\`\`\`
rate = 0.05
for step in range(100):
    update(rate)
\`\`\`

- A file replaces the old one: write all of it, without \`…\` and without "the rest stays".
- Leave out files that do not change.
- If a file itself holds fences, use a longer one around it.
- Nothing after the last fence.`;
