// Charged particles in a box: pairwise forces, a wall that reflects, energies and a histogram of distances.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

class Vec {
  public:
    double x, y, z;
    Vec(double x = 0, double y = 0, double z = 0) : x(x), y(y), z(z) {}
    Vec operator+(Vec other) const { return Vec(x + other.x, y + other.y, z + other.z); }
    Vec operator-(Vec other) const { return Vec(x - other.x, y - other.y, z - other.z); }
    Vec operator*(double k) const { return Vec(x * k, y * k, z * k); }
    double length() const { return std::sqrt(std::pow(x, 2) + std::pow(y, 2) + std::pow(z, 2)); }
};

class Particle {
  public:
    Particle(Vec position, double charge, double mass) : position(position), charge(charge), mass(mass) {}
    virtual ~Particle() {}
    virtual double drag() const { return 0.0; }
    Vec position, velocity;
    double charge, mass;
};

class HeavyParticle : public Particle {
  public:
    using Particle::Particle;
    double drag() const override { return 0.02; }
};

class World {
  public:
    World(int count, double size, unsigned seed) : size(size), state(seed) {
        for (int i = 0; i < count; i++) {
            Vec at(uniform() * size, uniform() * size, uniform() * size);
            double charge = uniform() < 0.5 ? -1.0 : 1.0;
            if (uniform() < 0.2)
                particles.push_back(std::make_shared<HeavyParticle>(at, charge, 8.0));
            else
                particles.push_back(std::make_shared<Particle>(at, charge, 1.0));
        }
    }

    void step(double dt) {
        std::vector<Vec> forces;
        for (size_t i = 0; i < particles.size(); i++)
            forces.push_back(forceOn(i));
        for (size_t i = 0; i < particles.size(); i++) {
            std::shared_ptr<Particle> p = particles[i];
            Vec acceleration = forces[i] * (1.0 / p->mass) - p->velocity * p->drag();
            p->velocity = p->velocity + acceleration * dt;
            p->position = p->position + p->velocity * dt;
            reflect(p->position.x, p->velocity.x);
            reflect(p->position.y, p->velocity.y);
            reflect(p->position.z, p->velocity.z);
        }
    }

    double kinetic() const {
        double sum = 0;
        for (auto p : particles)
            sum += 0.5 * p->mass * std::pow(p->velocity.length(), 2);
        return sum;
    }

    double potential() const {
        double sum = 0;
        for (size_t i = 0; i < particles.size(); i++)
            for (size_t j = 0; j < particles.size(); j++)
                if (i < j)
                    sum += particles[i]->charge * particles[j]->charge / distance(i, j);
        return sum;
    }

    std::vector<int> histogram(int bins) const {
        std::vector<int> counts(bins, 0);
        for (size_t i = 0; i < particles.size(); i++) {
            for (size_t j = 0; j < particles.size(); j++) {
                if (i == j)
                    continue;
                int bin = (int)(distance(i, j) / (size * std::sqrt(3.0)) * bins);
                if (bin < bins)
                    counts.at(bin)++;
            }
        }
        return counts;
    }

  private:
    double size;
    unsigned state;
    std::vector<std::shared_ptr<Particle>> particles;

    double uniform() {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) / 16777216.0;
    }

    double distance(size_t i, size_t j) const {
        // Softened, so that two at one place do no harm.
        return (particles.at(i)->position - particles.at(j)->position).length() + 0.05;
    }

    Vec forceOn(size_t i) const {
        Vec force;
        for (size_t j = 0; j < particles.size(); j++) {
            if (i == j)
                continue;
            std::shared_ptr<Particle> a = particles[i], b = particles[j];
            Vec direction = a->position - b->position;
            double strength = a->charge * b->charge / std::pow(distance(i, j), 3);
            force = force + direction * strength;
        }
        return force;
    }

    void reflect(double &position, double &velocity) const {
        if (position < 0) {
            position = -position;
            velocity = -velocity;
        } else if (position > size) {
            position = 2 * size - position;
            velocity = -velocity;
        }
    }
};

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: particles SETTINGS\n";
        return 2;
    }
    std::ifstream file(argv[1]);
    int count, steps;
    double size, dt;
    unsigned seed;
    if (!(file >> count >> size >> steps >> dt >> seed)) {
        std::cerr << "expected count size steps dt seed\n";
        return 1;
    }
    World world(count, size, seed);
    for (int i = 0; i < steps; i++) {
        world.step(dt);
        if (i % 10 == 0)
            std::printf("%d %.6f %.6f\n", i, world.kinetic(), world.potential());
    }
    for (int n : world.histogram(20))
        std::printf("%d\n", n);
    return 0;
}
