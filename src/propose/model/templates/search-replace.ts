/** How an edit is written as SEARCH/REPLACE blocks. */
export const searchReplace = `Begin with one line \`Idea: …\`: what you change and why it should help. Then give the edit as SEARCH/REPLACE blocks, each
below a line with the file's path:

Idea: Clip the gradient, because the loss jumps in the first hundred steps.

src/train.py
<<<<<<< SEARCH
    loss.backward()
    optimizer.step()
=======
    loss.backward()
    clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
>>>>>>> REPLACE

- SEARCH is copied from the file character by character, indentation included, in whole lines, without \`…\`.
- It must occur exactly once in that file: take enough lines to make it unique, and no more.
- One block per place; blocks must not overlap. An empty REPLACE deletes. An empty SEARCH creates a new file.
- Nothing after the last block.`;
