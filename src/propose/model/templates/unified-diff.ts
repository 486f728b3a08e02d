/** How an edit is written as a unified diff. */
export const unifiedDiff = `Begin with one line \`Idea: …\`: what you change and why it should help. Then give the edit as one unified diff in a fence:

Idea: Average the last two weights, because single steps are noisy.

\`\`\`diff
--- a/src/train.py
+++ b/src/train.py
@@ -10,3 +10,4 @@
     update(weights)
-    average = weights
+    average = [(a + w) / 2 for a, w in zip(average, weights)]
+    count += 1
     report(average)
\`\`\`

- Every line of a hunk begins with a space (stays), \`-\` (goes) or \`+\` (comes), followed by the line character by character.
- Give two or three lines that stay around each change, enough to make the place unique.
- Line numbers in \`@@\` may be rough; the lines themselves decide.
- \`/dev/null\` as the old name creates a file. Nothing after the fence.`;
